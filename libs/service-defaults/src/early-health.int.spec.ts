import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { appError } from '@beseda/errors';
import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { type ServiceDefinition, loadBaseConfig, startService } from './index.js';

@Module({})
class TestModule {}

const definition: ServiceDefinition = {
  name: 'admin',
  loadConfig: loadBaseConfig,
  module: ({ health }) => {
    health.add('bus', () => {
      throw appError('UNAVAILABLE', 'The topic beseda.dialogs.v1 does not exist.');
    });
    return TestModule;
  },
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const envOf = (port: number): Record<string, string> => ({
  BESEDA_SECRET: 'x'.repeat(40),
  MONGO_URL: 'mongodb://127.0.0.1:1',
  LOG_LEVEL: 'silent',
  BESEDA_HTTP_LISTEN: `127.0.0.1:${port}`,
});

/** A start that is held back, and what lets it go on. */
function held(port: number) {
  let release = (): void => undefined;
  const wait = new Promise<void>((resolve) => (release = resolve));
  let reached = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (reached = resolve));
  const beforeListen = (): Promise<void> => {
    reached();
    return wait;
  };
  const service = startService(definition, envOf(port), { processMetrics: false, earlyHealth: true, beforeListen });
  return { service, waiting, release };
}

describe('a service that is still starting', () => {
  it('answers probes: alive, not ready and why; everything else is told to come again', async () => {
    const port = await freePort();
    const { service, waiting, release } = held(port);
    await waiting;
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'starting',
      checks: { bus: 'The topic beseda.dialogs.v1 does not exist.' },
    });
    const other = await fetch(`${url}/api/sites`);
    expect(other.status).toBe(503);
    expect(other.headers.get('content-type')).toBe('application/problem+json');
    expect(await other.json()).toMatchObject({ code: 'UNAVAILABLE' });
    release();
    const running = await service;
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'not ready' });
    await running.stop();
  });

  it('leaves the port to a predecessor that still has it', async () => {
    const predecessor = createServer((_, response) => response.end('predecessor'));
    await new Promise<void>((resolve) => predecessor.listen(0, '127.0.0.1', resolve));
    const { port } = predecessor.address() as AddressInfo;
    const { service, waiting, release } = held(port);
    await waiting;
    expect(await (await fetch(`http://127.0.0.1:${port}/health/ready`)).text()).toBe('predecessor');
    predecessor.closeAllConnections();
    await new Promise((resolve) => predecessor.close(resolve));
    release();
    const running = await service;
    expect(running.httpUrl).toBe(`http://127.0.0.1:${port}`);
    await running.stop();
  });
});
