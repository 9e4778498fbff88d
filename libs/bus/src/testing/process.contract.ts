import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ensureBuilt, exitOf, lineOf, seededRandom, tempDir, until } from '@beseda/testing';
import { Journal, keysOfOnePartition, numbered, PREFIX, type BusCapabilities, type Kit } from './harness.js';
import type { ChildOptions } from '../contract/child.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const RECORDS = 60;
/** Records of each key while connections are cut. */
const CUT_RECORDS = 100;
const KEYS = Array.from({ length: 12 }, (_, i) => `k${i}`);

/** Numbers a child wrote down after handling them, by key, over all its lives. */
async function written(file: string): Promise<Map<string, number[]>> {
  const text = await readFile(file, 'utf8').catch(() => ''); // not made before the first record
  const byKey = new Map<string, number[]>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [key = '', number] = line.split(' ');
    byKey.set(key, [...(byKey.get(key) ?? []), Number(number)]);
  }
  return byKey;
}

const total = (byKey: Map<string, number[]>): number => [...byKey.values()].reduce((n, list) => n + list.length, 0);

function start(options: ChildOptions): ChildProcess {
  const script = join(PACKAGE, 'dist', 'contract', 'child.js');
  return spawn(process.execPath, ['--no-warnings', script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Processes that are killed, connections that are cut. */
export function describeProcesses(kit: Kit, capabilities: BusCapabilities): void {
  describe('kill -9 of the consumer', () => {
    const seed = 'kill the consumer';
    it(`handles every record at least once, in order (seed "${seed}")`, async () => {
      await ensureBuilt(join(PACKAGE, '..', 'errors'), join(PACKAGE, '..', 'tracing'), PACKAGE);
      await using dir = await tempDir('beseda-bus-');
      const random = seededRandom(seed);
      const topic = await kit.topic();
      const publisher = await kit.bus();
      for (let n = 0; n < RECORDS; n += 10) {
        await publisher.publish(KEYS.flatMap((key) => numbered(topic, key, n, n + 9)));
      }
      if (capabilities.oneProcess) await kit.close(publisher);
      const file = join(dir.path, 'handled');
      const options: ChildOptions = { adapter: kit.harness().child, prefix: PREFIX, topic, group: 'killed', file };
      const rounds = capabilities.killRounds ?? 6;
      for (let round = 0; round < rounds; round++) {
        const before = total(await written(file));
        const child = start(options);
        await lineOf(child, 'READY');
        const enough = before + random.int(1, 80);
        await until(async () => total(await written(file)) >= enough, {
          what: `round ${round} to get going`,
          timeoutMs: 30_000,
          everyMs: 2,
        });
        child.kill('SIGKILL');
        expect((await exitOf(child)).signal).toBe('SIGKILL');
      }
      const last = start({ ...options, untilHandled: true });
      expect((await exitOf(last)).code).toBe(0);

      const byKey = await written(file);
      for (const key of KEYS) {
        let next = 0;
        for (const number of byKey.get(key) ?? []) {
          // repeats are allowed, gaps are not
          expect([key, number <= next]).toEqual([key, true]);
          next = Math.max(next, number + 1);
        }
        expect([key, next]).toEqual([key, RECORDS]);
      }
    }, 180_000);
  });

  (capabilities.cuts ? describe : describe.skip)('a connection cut between append and answer', () => {
    it('loses and reorders nothing', async () => {
      const { adapter, dropNextAnswer } = (await kit.harness().cuttable?.()) ?? {};
      if (!adapter || !dropNextAnswer) throw new Error('the harness has no cuttable adapter');
      const random = seededRandom('cut between append and answer');
      const topic = await kit.topic();
      const bus = await kit.bus({ adapter });
      const publish = async (key: string, n: number): Promise<void> => {
        for (;;) {
          if (random.bool(0.03)) dropNextAnswer();
          try {
            return await bus.publish(numbered(topic, key, n, n));
          } catch {
            // retryable by contract: the same record again, before any later one of its key
          }
        }
      };
      // keys side by side, each in its own rhythm, as the drainers of many dialogs are, and all in one partition, where the
      // broker tells repeats from new records by numbers they share
      const keys = keysOfOnePartition(12);
      await Promise.all(
        keys.map(async (key) => {
          for (let n = 0; n < CUT_RECORDS; n++) {
            await publish(key, n);
            await new Promise((resolve) => setTimeout(resolve, random.int(0, 4)));
          }
        }),
      );
      const journal = new Journal();
      await kit.subscribe(await kit.bus(), topic, { handler: (record) => journal.add(record) });
      await kit.caughtUp(topic);
      for (const key of keys) {
        const distinct = journal.of(key).filter((n, i, all) => all.indexOf(n) === i);
        expect([key, distinct]).toEqual([key, Array.from({ length: CUT_RECORDS }, (_, i) => i)]);
      }
    }, 120_000);
  });
}
