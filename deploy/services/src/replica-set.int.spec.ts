import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServiceName, claimPorts } from '@beseda/installation';
import { type TempDir, tempDir, until } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReplicaSet } from './replica-set.js';
import type { ReplicaPlan } from './plan.js';
import { writeFakeService } from './testing/fake-service.js';

const NAMES = ['admin-1', 'contacts-1', 'dialogs-1', 'dialogs-2', 'gateway-1', 'gateway-2'] as const;

describe('the replica set', () => {
  let temp: TempDir;
  let replicas: ReplicaSet;
  let restarts = 0;

  const given = async (behaviour: Partial<Record<(typeof NAMES)[number], string>> = {}): Promise<ReplicaSet> => {
    const script = await writeFakeService(temp.path);
    const ports = await claimPorts('127.0.0.1', NAMES.length);
    const plans = NAMES.map((name, i): ReplicaPlan => {
      const env = {
        FAKE: behaviour[name],
        FAKE_NAME: name,
        FAKE_LOG: join(temp.path, 'log'),
        FAKE_PORT: String(ports[i]),
      };
      return { name, service: name.split('-')[0] as ServiceName, script, env, url: `http://127.0.0.1:${ports[i]}` };
    });
    return (replicas = new ReplicaSet(plans, { line: () => undefined, restarted: () => restarts++ }));
  };
  const noted = async (what: string): Promise<string[]> =>
    (await readFile(join(temp.path, 'log'), 'utf8'))
      .split('\n')
      .flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []));

  beforeEach(async () => {
    temp = await tempDir();
    restarts = 0;
  });
  afterEach(async () => {
    await replicas?.stop();
    await temp.remove();
  });

  it('starts each service after those it calls, waits until all are ready, ends in the reverse order', async () => {
    const facts = await (await given()).start();
    expect(Object.keys(facts).sort()).toEqual(NAMES.map((name) => `from-${name}`).sort());
    expect(Object.keys(replicas.pids)).toEqual([...NAMES]);
    const order = (await noted('started')).map((name) => name.split('-')[0]);
    expect(order[0]).toBe('admin');
    expect(order.slice(1, 4).sort()).toEqual(['contacts', 'dialogs', 'dialogs']);
    expect(order.slice(4)).toEqual(['gateway', 'gateway']);
    await replicas.stop();
    const ends = (await noted('stopped')).map((name) => name.split('-')[0]);
    expect(ends.slice(0, 2)).toEqual(['gateway', 'gateway']);
    expect(ends.slice(2, 5).sort()).toEqual(['contacts', 'dialogs', 'dialogs']);
    expect(ends.slice(5)).toEqual(['admin']);
  });

  it('says which one cannot start, and the others can be ended', async () => {
    await expect((await given({ 'dialogs-2': 'refuses' })).start()).rejects.toMatchObject({
      detail: 'BESEDA_X is missing.',
    });
    await replicas.stop();
    expect(await noted('started')).not.toContain('gateway-1');
    expect(await noted('stopped')).toContain('admin-1');
  });

  it('knows the new pid of a replica that was killed', async () => {
    await (await given()).start();
    const before = replicas.pids;
    process.kill(before['dialogs-2'] ?? 0, 'SIGKILL');
    await until(() => restarts === 1, { what: 'the restart' });
    const { 'dialogs-2': changed, ...others } = replicas.pids;
    expect(changed).not.toBe(before['dialogs-2']);
    expect(before).toMatchObject(others);
  });
});
