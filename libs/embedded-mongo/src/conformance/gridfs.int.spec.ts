import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose from 'mongoose';
import { mongo, type Db } from './fixture.js';

type Bucket = InstanceType<typeof mongoose.mongo.GridFSBucket>;

/** Bytes that differ at every place, the same at every run. */
const content = (length: number): Buffer => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(String(i)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
};

describe('GridFS', () => {
  const fixture = mongo();
  let db: Db;
  let bucket: Bucket;
  const bytes = content(700_000);
  beforeAll(() => {
    db = fixture.db();
    bucket = new mongoose.mongo.GridFSBucket(db, { bucketName: 'files' });
  });

  const upload = async (
    name: string,
    data: Buffer,
    metadata: Record<string, unknown> = {},
  ): Promise<Bucket['openUploadStream'] extends (...a: never[]) => infer S ? S : never> => {
    const stream = bucket.openUploadStream(name, { metadata });
    await pipeline(Readable.from([data.subarray(0, 100_000), data.subarray(100_000)]), stream);
    return stream;
  };
  const read = async (stream: Readable): Promise<Buffer> => Buffer.concat((await stream.toArray()) as Buffer[]);

  it('stores, reads, reads parts and deletes', async () => {
    const { id } = await upload('photo.jpg', bytes, { site: 's1' });
    expect((await read(bucket.openDownloadStream(id))).equals(bytes)).toBe(true);
    expect(
      (await read(bucket.openDownloadStream(id, { start: 250_000, end: 530_001 }))).equals(
        bytes.subarray(250_000, 530_001),
      ),
    ).toBe(true);
    expect((await read(bucket.openDownloadStreamByName('photo.jpg'))).length).toBe(bytes.length);
    expect(await bucket.find({ 'metadata.site': 's1' }).toArray()).toMatchObject([
      { filename: 'photo.jpg', length: 700_000, chunkSize: 261_120 },
    ]);
    expect(await db.collection('files.chunks').countDocuments({ files_id: id })).toBe(3);
    await bucket.delete(id);
    expect(await db.collection('files.chunks').countDocuments({})).toBe(0);
    await expect(read(bucket.openDownloadStream(id))).rejects.toThrow(/FileNotFound/);
  });

  it('makes its indexes and reads chunks by them', async () => {
    const { id } = await upload('a.bin', bytes);
    const chunks = db.collection('files.chunks');
    expect((await chunks.indexes()).find((i) => i.name === 'files_id_1_n_1')).toMatchObject({ unique: true });
    const explained = (await chunks
      .find({ files_id: id, n: { $gte: 1 } })
      .sort({ n: 1 })
      .explain()) as { queryPlanner: { winningPlan: object } };
    expect(JSON.stringify(explained.queryPlanner.winningPlan)).toContain('files_id_1_n_1');
    expect(JSON.stringify(explained.queryPlanner.winningPlan)).not.toContain('"SORT"');
  });

  it('keeps revisions and renames', async () => {
    await upload('doc', Buffer.from('one'));
    const { id } = await upload('doc', Buffer.from('two'));
    expect(String(await read(bucket.openDownloadStreamByName('doc')))).toBe('two');
    expect(String(await read(bucket.openDownloadStreamByName('doc', { revision: 0 })))).toBe('one');
    await bucket.rename(id, 'other');
    expect(String(await read(bucket.openDownloadStreamByName('other')))).toBe('two');
  });

  it('takes an empty file', async () => {
    const { id } = await upload('empty', Buffer.alloc(0));
    expect((await read(bucket.openDownloadStream(id))).length).toBe(0);
  });
});
