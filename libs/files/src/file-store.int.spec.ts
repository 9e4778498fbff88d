import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { indexUsed, openMongo } from '@beseda/mongo';
import { type TestMongo, seededRandom, startTestMongo } from '@beseda/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Connection, mongo } from 'mongoose';
import { FileStore, FilesModule, MAX_FILE_BYTES, openFileStore } from './index.js';
import { PNG } from './pictures.fixture.js';

let server: TestMongo;
let store: FileStore;
let raw: Connection;
let prefix: string;
const random = seededRandom('files');

beforeAll(async () => {
  server = await startTestMongo();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  prefix = `${server.dbName('f')}_`;
  store = await openFileStore({ uri: server.uri, prefix });
  raw = await openMongo({ uri: server.uri, dbName: `${prefix}beseda_files`, maxPoolSize: 2 });
});
afterEach(async () => {
  await store.close();
  await raw.close();
});

const text = (content: Uint8Array | string, fileId = 'f1', siteId = 's1') => ({
  siteId,
  fileId,
  name: 'заметки.txt',
  type: 'text/plain',
  content: Buffer.from(content),
});
const count = (collection: string): Promise<number> => raw.collection(collection).countDocuments({});
const contentOf = async (siteId: string, fileId: string): Promise<Buffer> =>
  buffer((await store.open(siteId, fileId)).stream);

describe('FileStore', () => {
  it('gives back what it was given, up to the limit', async () => {
    const largest = Buffer.from(random.bytes(MAX_FILE_BYTES));
    const meta = await store.put({
      ...text(largest),
      content: Readable.from([largest.subarray(0, 7), largest.subarray(7)]),
    });
    expect(meta).toMatchObject({
      siteId: 's1',
      fileId: 'f1',
      name: 'заметки.txt',
      size: MAX_FILE_BYTES,
      inline: false,
    });
    expect((await contentOf('s1', 'f1')).equals(largest)).toBe(true);
    expect(await store.head('s1', 'f1')).toEqual(meta);
    await expect(store.put(text(Buffer.concat([largest, Buffer.from('!')]), 'f2'))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    await expect(store.put({ ...text('12345', 'f3'), maxBytes: 4 })).rejects.toThrow('at most 4 bytes');
    expect(await count('files.files')).toBe(1);
    const picture = await store.put({ ...text(PNG, 'p'), name: 'x.png' });
    expect(picture).toMatchObject({ type: 'image/png', inline: true, width: 3, height: 2 });
  });

  it('keeps sites apart and knows what it does not have', async () => {
    await store.put(text('one'));
    await store.put(text('two', 'f1', 's2'));
    expect((await contentOf('s1', 'f1')).toString()).toBe('one');
    expect((await contentOf('s2', 'f1')).toString()).toBe('two');
    expect(await store.head('s3', 'f1')).toBeUndefined();
    await expect(store.open('s3', 'f1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const plan = await raw
      .collection('files.files')
      .find({ 'metadata.siteId': 's1', 'metadata.fileId': 'f1' })
      .explain();
    expect(indexUsed(plan)).toBe('file_by_site_and_id');
  });

  it('makes one file of an upload that is repeated, even at the same time', async () => {
    const content = random.bytes(600_000); // three chunks
    const all = await Promise.all(Array.from({ length: 8 }, () => store.put(text(content))));
    const again = await store.put({ ...text(content), name: 'another name.txt' });
    for (const meta of all) expect(meta).toEqual(again);
    expect([await count('files.files'), await count('files.chunks'), await count('uploads')]).toEqual([1, 3, 0]);
    await expect(store.put(text('other'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    const both = await Promise.allSettled([store.put(text('a', 'f2')), store.put(text('b', 'f2'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await count('files.files')).toBe(2);
  });

  it('serves nothing of an interrupted upload, and removes it later', async () => {
    const _id = new mongo.ObjectId();
    await raw.collection('uploads').insertOne({ _id, startedAt: new Date(Date.now() - 7_200_000) });
    await raw
      .collection('files.chunks')
      .insertOne({ files_id: _id, n: 0, data: new mongo.Binary(Buffer.from('half')) });
    // One that died after its last write is a file like any other.
    await store.put(text('whole'));
    const { _id: whole } = (await raw.collection('files.files').findOne({}))!;
    await raw.collection('uploads').insertOne({ _id: whole, startedAt: new Date(0) });
    await raw.collection('uploads').insertOne({ _id: new mongo.ObjectId(), startedAt: new Date() }); // still running
    const second = await openFileStore({ uri: server.uri, prefix });
    await second.close();
    expect([await count('files.chunks'), await count('uploads')]).toEqual([1, 1]);
    expect((await contentOf('s1', 'f1')).toString()).toBe('whole');
  });

  it('fails the call, not the answer, when the content is lost', async () => {
    await store.put(text('gone'));
    await raw.collection('files.chunks').deleteMany({});
    await expect(store.open('s1', 'f1')).rejects.toMatchObject({ code: 'INTERNAL' });
    await store.put(text(random.bytes(600_000), 'f2'));
    await raw.collection('files.chunks').deleteOne({ n: 2 });
    await expect(contentOf('s1', 'f2')).rejects.toThrow(); // the answer breaks off, it does not end
  });

  it('belongs to the application that asks for it', async () => {
    @Module({ imports: [FilesModule.forRootAsync({ useFactory: async () => ({ uri: server.uri, prefix }) })] })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    const files = app.get(FileStore);
    await files.put(text('x'));
    await files.readiness().check();
    await app.close();
    await expect(files.readiness().check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
