import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { type Actor, Keys } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { type GrpcTls, channelSecurity, createGrpcClient } from '@beseda/grpc';
import { type TempDir, type TestCertificates, tempDir, testCertificates } from '@beseda/testing';
import { Client } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { service as healthService } from 'grpc-health-check';
import {
  type Env,
  type RunningService,
  type ServiceDefinition,
  loadBaseConfig,
  baseEnvSchema,
  grpcTls,
  parseEnv,
  startService,
} from './index.js';

const secret = 'x'.repeat(40);
const actor: Actor = { kind: 'service', id: 'dialogs' };

@Controller()
class SettingsController {
  @GrpcMethod('SettingsService')
  snapshot(): adminV1.SnapshotResponse {
    return { settings: [] };
  }
}

@Module({ controllers: [SettingsController] })
class TestModule {}

const definition: ServiceDefinition = {
  name: 'admin',
  loadConfig: loadBaseConfig,
  module: () => TestModule,
  grpc: [adminV1.SettingsServiceService],
};

const base = { BESEDA_SECRET: secret, MONGO_URL: 'mongodb://127.0.0.1:1', LOG_LEVEL: 'silent' };

describe('gRPC on TLS', () => {
  let folder: TempDir;
  let own: TestCertificates;
  let foreign: TestCertificates;
  let elsewhere: TestCertificates;
  const stops: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    folder = await tempDir();
    const make = async (name: string, names?: string): Promise<TestCertificates> => {
      await mkdir(join(folder.path, name));
      return testCertificates(join(folder.path, name), names);
    };
    own = await make('own');
    foreign = await make('foreign');
    elsewhere = await make('elsewhere', 'DNS:elsewhere.example,IP:127.0.0.9');
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  afterAll(() => folder.remove());

  const envOf = (of: TestCertificates, caFile?: string): Env => ({
    GRPC_TLS_CERT: of.certFile,
    GRPC_TLS_KEY: of.keyFile,
    GRPC_TLS_CA: caFile,
  });
  const tlsOf = (env: Env): GrpcTls | undefined => grpcTls(parseEnv(baseEnvSchema, { ...base, ...env }));
  const start = async (env: Env): Promise<RunningService> => {
    const service = await startService(definition, { ...base, ...env }, { processMetrics: false });
    stops.push(() => service.stop());
    return service;
  };
  const addressOf = (service: RunningService, host = '127.0.0.1'): string =>
    `${host}:${service.grpcAddress?.split(':').at(-1)}`;
  /** A call as services make it. */
  const ask = (address: string, tls: GrpcTls | undefined, deadlineMs = 5_000): Promise<unknown> => {
    const options = { address, keys: new Keys(secret), service: 'admin', tls };
    const client = createGrpcClient(adminV1.SettingsServiceService, options);
    stops.push(() => client.close());
    return client.call('snapshot', { kind: 'site' }, { actor, deadlineMs });
  };
  const bare = (address: string, tls: GrpcTls | undefined): Client => {
    const { credentials, options } = channelSecurity(address, 'admin', tls);
    const client = new Client(address, credentials, options);
    stops.push(() => client.close());
    return client;
  };
  /** Asks for the health without waiting for a connection: a refusal says why. */
  const health = (address: string, tls: GrpcTls | undefined): Promise<unknown> => {
    const check = healthService['Check'];
    if (!check) throw new TypeError('no health check');
    return new Promise((resolve, reject) =>
      bare(address, tls).makeUnaryRequest(
        check.path,
        check.requestSerialize,
        check.responseDeserialize,
        { service: '' },
        { deadline: Date.now() + 5_000 },
        (error, answer) => (error ? reject(error) : resolve(answer)),
      ),
    );
  };

  it('answers a client that trusts its authority: services, health and reflection', async () => {
    const address = addressOf(await start(envOf(own, own.caFile)));
    const tls = tlsOf(envOf(own, own.caFile));
    expect(await ask(address, tls)).toEqual({ settings: [] });
    expect(await health(address, tls)).toEqual({ status: 'SERVING' });
    expect(await reflected(bare(address, tls))).toContain('beseda.admin.v1.SettingsService');
  });

  it('refuses a plain client', async () => {
    const address = addressOf(await start(envOf(own, own.caFile)));
    await expect(health(address, undefined)).rejects.toThrow(/UNAVAILABLE/);
    await expect(ask(address, undefined, 500)).rejects.toMatchObject({ retryable: true });
  });

  it('is refused by a client with another authority', async () => {
    const address = addressOf(await start(envOf(own, own.caFile)));
    const tls = tlsOf(envOf(own, foreign.caFile));
    await expect(health(address, tls)).rejects.toThrow(/certificate/);
    await expect(ask(address, tls, 500)).rejects.toMatchObject({ retryable: true });
  });

  it('refuses a client whose certificate its authority has not signed', async () => {
    const address = addressOf(await start(envOf(own, own.caFile)));
    await expect(health(address, tlsOf(envOf(foreign, own.caFile)))).rejects.toThrow(/UNAVAILABLE/);
    await expect(ask(address, tlsOf(envOf(foreign, own.caFile)), 500)).rejects.toMatchObject({ retryable: true });
  });

  it('knows every authority of the file, so that one can follow another', async () => {
    const both = join(folder.path, 'both.pem');
    await writeFile(both, `${foreign.ca}${own.ca}`);
    const address = addressOf(await start(envOf(own, both)));
    expect(await ask(address, tlsOf(envOf(foreign, own.caFile)))).toEqual({ settings: [] });
    expect(await ask(address, tlsOf(envOf(own, both)))).toEqual({ settings: [] });
  });

  it('asks no client for a certificate while it has no authority', async () => {
    const address = addressOf(await start(envOf(own)));
    expect(await ask(address, tlsOf(envOf(foreign, own.caFile)))).toEqual({ settings: [] });
    // Without an authority of its own a client trusts those of Node, to which this one is unknown.
    await expect(health(address, tlsOf(envOf(own)))).rejects.toThrow(/certificate/);
  });

  it('is trusted only for the hosts its certificate names', async () => {
    const address = addressOf(await start(envOf(elsewhere, elsewhere.caFile)));
    const tls = tlsOf(envOf(elsewhere, elsewhere.caFile));
    await expect(health(address, tls)).rejects.toThrow(/127\.0\.0\.1 is not in the cert/);
    await expect(ask(address, tls, 500)).rejects.toMatchObject({ retryable: true });
    const named = address.replace('127.0.0.1', 'localhost');
    await expect(health(named, tls)).rejects.toThrow(/localhost\. is not in the cert/);
  });

  it('is found by name, by the name service and in a list', async () => {
    const services = [await start(envOf(own, own.caFile)), await start(envOf(own, own.caFile))];
    const tls = tlsOf(envOf(own, own.caFile));
    const [one] = services as [RunningService];
    expect(await ask(addressOf(one, 'localhost'), tls)).toEqual({ settings: [] });
    expect(await ask(`dns:///${addressOf(one, 'localhost')}`, tls)).toEqual({ settings: [] });
    expect(await ask(services.map((service) => addressOf(service)).join(','), tls)).toEqual({ settings: [] });
  });

  it('tells the server the wanted host in the handshake, and never an address', async () => {
    const wanted: unknown[] = [];
    const pem = tlsOf(envOf(own));
    const server = createServer({ ...pem, ALPNProtocols: ['h2'] }, (socket) => {
      wanted.push(socket.servername);
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(health(`${host}:${port}`, tlsOf(envOf(own, own.caFile)))).rejects.toThrow();
    }
    expect(new Set(wanted)).toEqual(new Set(['admin', 'localhost']));
  });
});

/** The services a server says it has. */
async function reflected(client: Client): Promise<string[]> {
  const proto = createRequire(import.meta.url).resolve(
    '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto',
  );
  const definition = loadSync(proto)['grpc.reflection.v1.ServerReflection'] as typeof healthService;
  const info = definition['ServerReflectionInfo'];
  if (!info) throw new TypeError('no reflection');
  const call = client.makeBidiStreamRequest(info.path, info.requestSerialize, info.responseDeserialize);
  call.write({ listServices: '' });
  for await (const answer of call) {
    call.end();
    const { listServicesResponse } = answer as { listServicesResponse: { service: { name: string }[] } };
    return listServicesResponse.service.map(({ name }) => name);
  }
  throw new Error('no answer');
}
