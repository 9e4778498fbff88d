import { createServer } from 'node:net';
import { claimPorts } from '@beseda/installation';
import { describe, expect, it } from '@jest/globals';
import { loadServicesConfig } from './options.js';
import { planReplicas } from './plan.js';

const shared = { secret: 's'.repeat(40), mongoUrl: 'mongodb://127.0.0.1:1/' };
const env = { KAFKA_BROKERS: 'a:9092', BESEDA_ADMIN_PASSWORD: 'first password', BESEDA_PORT: '0' };
const plansFor = (replicas: string, more: Record<string, string> = {}) =>
  planReplicas(loadServicesConfig({ ...env, ...more }, ['--replicas', replicas]), { ...env, ...more }, shared);

describe('the plan of replicas', () => {
  it('gives each replica ports of its own, and everyone the addresses of all', async () => {
    const plans = await plansFor('gateway=2,dialogs=3');
    expect(plans.map(({ name }) => name)).toEqual([
      'admin-1',
      'contacts-1',
      'dialogs-1',
      'dialogs-2',
      'dialogs-3',
      'routing-1',
      'gateway-1',
      'gateway-2',
    ]);
    const listening = plans.flatMap(({ env: own, url }) => [new URL(url).port, own['BESEDA_GRPC_LISTEN'] ?? url]);
    expect(new Set(listening).size).toBe(plans.length * 2);
    const dialogs = plans.filter(({ service }) => service === 'dialogs').map((plan) => plan.env['BESEDA_GRPC_LISTEN']);
    for (const { env: own } of plans) expect(own['BESEDA_DIALOGS_GRPC']).toBe(dialogs.join(','));
    expect(plans[0]?.env).toMatchObject({ BESEDA_SECRET: shared.secret, MONGO_URL: shared.mongoUrl });
    const gateway = plans.find(({ service }) => service === 'gateway');
    for (const { env: own } of plans) expect(own['BESEDA_PUBLIC_URL']).toBe(gateway?.url);
  });

  it('gives the first gateway the public port, the others the next free ones', async () => {
    const [port = 0] = await claimPorts('127.0.0.1', 1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port + 1, '127.0.0.1', resolve));
    const plans = await plansFor('gateway=3', { BESEDA_PORT: String(port) });
    server.close();
    const ports = plans
      .filter(({ service }) => service === 'gateway')
      .map(({ env: own }) => Number(own['BESEDA_PORT']));
    expect(ports[0]).toBe(port);
    expect(ports[1]).toBeGreaterThan(port + 1);
    expect(ports[2]).toBeGreaterThan(ports[1] ?? 0);
  });

  it('says that the public port is busy', async () => {
    const [port = 0] = await claimPorts('127.0.0.1', 1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(plansFor('', { BESEDA_PORT: String(port) })).rejects.toThrow('BESEDA_PORT');
    server.close();
  });

  it('tells only admin the first password', async () => {
    const plans = await plansFor('');
    expect(plans.filter(({ env: own }) => own['BESEDA_ADMIN_PASSWORD']).map(({ name }) => name)).toEqual(['admin-1']);
  });
});
