import { mkdir, readFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { type Server, type TlsOptions, createServer } from 'node:tls';
import {
  type TempDir,
  type TestCertificates,
  type TestMongo,
  startTestMongo,
  tempDir,
  testCertificates,
} from '@beseda/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mongoReadiness, openMongo } from './index.js';

/** A server of TLS in front of another: what comes in is sent on as it was before. */
async function terminate(options: TlsOptions, target: URL): Promise<Server> {
  const server = createServer(options, (socket) => {
    const inner = connectTcp(Number(target.port), target.hostname);
    const end = (): void => void (socket.destroy(), inner.destroy());
    // Either end may go at any moment; the other follows.
    for (const side of [socket, inner]) side.on('error', end).on('close', end);
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('MongoDB behind TLS', () => {
  let mongo: TestMongo;
  let folder: TempDir;
  let own: TestCertificates;
  let foreign: TestCertificates;
  let elsewhere: TestCertificates;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    [mongo, folder] = await Promise.all([startTestMongo(), tempDir()]);
    const make = async (name: string, names?: string): Promise<TestCertificates> => {
      await mkdir(join(folder.path, name));
      return testCertificates(join(folder.path, name), names);
    };
    own = await make('own');
    foreign = await make('foreign');
    elsewhere = await make('elsewhere', 'DNS:elsewhere.example');
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  afterAll(async () => {
    await mongo.stop();
    await folder.remove();
  });

  /** Where the server answers behind a certificate; with `clients`, only to those who show one too. */
  async function secured(certificates: TestCertificates, clients = false): Promise<string> {
    const [cert, key] = await Promise.all([readFile(certificates.certFile), readFile(certificates.keyFile)]);
    const options = { cert, key, ca: certificates.ca, requestCert: clients };
    const server = await terminate(options, new URL(mongo.uri));
    stops.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }
  const url = (host: string, parameters: Record<string, string>): string => {
    const to = new URL(mongo.uri);
    to.host = host;
    for (const [name, value] of Object.entries({ directConnection: 'true', ...parameters }))
      to.searchParams.set(name, value);
    return to.href;
  };
  const open = async (uri: string) => {
    const dbName = mongo.dbName('tls');
    const connection = await openMongo({ uri, dbName, maxPoolSize: 2, connectWithinMs: 500, serverSelectionMs: 300 });
    stops.push(() => connection.close());
    return connection;
  };

  const refused = (reason: RegExp): unknown => ({
    code: 'UNAVAILABLE',
    cause: expect.objectContaining({ message: expect.stringMatching(reason) as unknown }) as unknown,
  });

  it('is reached with the authority the connection string names', async () => {
    const connection = await open(url(await secured(own), { tls: 'true', tlsCAFile: own.caFile }));
    await connection.collection('x').insertOne({ text: 'привет' });
    expect(await connection.collection('x').findOne({}, { projection: { _id: 0 } })).toEqual({ text: 'привет' });
    await mongoReadiness(connection).check();
  });

  it('is not trusted with another authority, nor with those of Node', async () => {
    const host = await secured(own);
    const foreignUrl = url(host, { tls: 'true', tlsCAFile: foreign.caFile });
    await expect(open(foreignUrl)).rejects.toMatchObject(refused(/certificate/) as object);
    await expect(open(url(host, { tls: 'true' }))).rejects.toMatchObject(refused(/certificate/) as object);
  });

  it('is not trusted when its certificate is for another host', async () => {
    const to = url(await secured(elsewhere), { tls: 'true', tlsCAFile: elsewhere.caFile });
    await expect(open(to)).rejects.toMatchObject(refused(/127\.0\.0\.1 is not in the cert/) as object);
  });

  it('is not reached in the clear', async () => {
    await expect(open(url(await secured(own), {}))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('gets the certificate of the client where it asks for one', async () => {
    const host = await secured(own, true);
    const known = { tls: 'true', tlsCAFile: own.caFile };
    await mongoReadiness(await open(url(host, { ...known, tlsCertificateKeyFile: own.pemFile }))).check();
    await expect(open(url(host, known))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
