import { type Actor, Keys } from '@beseda/auth';
import { type adminV1 as admin, adminV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { CurrentActor, correlationId, createGrpcClient, runInContext } from '@beseda/grpc';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Module } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Registry } from 'prom-client';
import { type RunningService, type ServiceDefinition, REGISTRY, loadBaseConfig, startService } from './index.js';

const secret = 'x'.repeat(40);
const seen: { actor: Actor; correlation: string }[] = [];

@Controller()
class SettingsController {
  constructor(@Inject(REGISTRY) readonly registry: Registry) {}

  @GrpcMethod('SettingsService')
  snapshot(@Payload() request: admin.SnapshotRequest, @CurrentActor() actor: Actor): admin.SnapshotResponse {
    seen.push({ actor, correlation: correlationId() });
    if (request.kind === 'bug') throw new Error('token=abc');
    if (request.kind === 'bad')
      throw appError('INVALID_ARGUMENT', 'No such kind.', {
        fields: [{ path: 'kind', code: 'unknown', message: 'No such kind.' }],
      });
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

describe('startService', () => {
  let service: RunningService;
  const keys = new Keys(secret);
  const actor: Actor = { kind: 'service', id: 'dialogs' };
  const client = () =>
    createGrpcClient(adminV1.SettingsServiceService, { address: service.grpcAddress ?? '', keys, service: 'admin' });

  beforeAll(async () => {
    service = await startService(definition, {
      BESEDA_SECRET: secret,
      MONGO_URL: 'mongodb://127.0.0.1:1',
      LOG_LEVEL: 'silent',
    });
  });
  afterAll(() => service.stop());

  it('serves health and metrics', async () => {
    expect((await fetch(`${service.httpUrl}/health/live`)).status).toBe(200);
    expect((await fetch(`${service.httpUrl}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${service.httpUrl}/metrics`)).text()).toContain('process_cpu_seconds_total');
    service.context.health.add('broken', () => {
      throw appError('UNAVAILABLE', 'the database does not answer');
    });
    const ready = await fetch(`${service.httpUrl}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ checks: { broken: 'the database does not answer' } });
  });

  it('gives a handler the verified actor and the correlation id', async () => {
    const c = client();
    await runInContext({ correlationId: 'corr-1' }, () => c.call('snapshot', { kind: 'site' }, { actor }));
    expect(seen.at(-1)).toEqual({ actor, correlation: 'corr-1' });
    c.close();
  });

  it('refuses a call that the permission table does not allow, or with a foreign key', async () => {
    const c = client();
    await expect(
      c.call('snapshot', { kind: 'site' }, { actor: { kind: 'contact', id: 'c', siteId: 's' } }),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    c.close();
    const foreign = createGrpcClient(adminV1.SettingsServiceService, {
      address: service.grpcAddress ?? '',
      keys: new Keys('y'.repeat(40)),
      service: 'admin',
    });
    await expect(foreign.call('snapshot', { kind: 'site' }, { actor })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    foreign.close();
  });

  it('carries an error whole, and never the words of an unexpected one', async () => {
    const c = client();
    await expect(c.call('snapshot', { kind: 'bad' }, { actor })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'kind' }],
    });
    const bug = c.call('snapshot', { kind: 'bug' }, { actor });
    await expect(bug).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(bug).rejects.not.toThrow('abc');
    c.close();
  });

  it('stops waiting at the deadline', async () => {
    const nobody = createGrpcClient(adminV1.SettingsServiceService, { address: '127.0.0.1:9', keys, service: 'admin' });
    await expect(nobody.call('snapshot', { kind: 'site' }, { actor, deadlineMs: 150 })).rejects.toMatchObject({
      retryable: true,
    });
    nobody.close();
  });

  it('names the keys of a wrong configuration, never values', async () => {
    const start = startService(definition, { BESEDA_SECRET: 'tooshort', MONGO_URL: 'http://user:pass@x' });
    await expect(start).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(start).rejects.toThrow(/BESEDA_SECRET.*MONGO_URL/);
    await expect(start).rejects.not.toThrow(/tooshort|pass/);
  });

  it('answers gRPC health and reflection', async () => {
    const { credentials, loadPackageDefinition } = await import('@grpc/grpc-js');
    const { loadSync } = await import('@grpc/proto-loader');
    const { protoPath } = await import('grpc-health-check');
    const pkg = loadPackageDefinition(loadSync(protoPath)) as unknown as {
      grpc: {
        health: {
          v1: {
            Health: new (
              a: string,
              c: unknown,
            ) => { check(q: object, cb: (e: unknown, r: { status: unknown }) => void): void; close(): void };
          };
        };
      };
    };
    const health = new pkg.grpc.health.v1.Health(service.grpcAddress ?? '', credentials.createInsecure());
    const status = await new Promise((resolve, reject) =>
      health.check({ service: '' }, (e, r) => (e ? reject(e) : resolve(r.status))),
    );
    expect([1, 'SERVING']).toContain(status);
    health.close();
  });
});
