import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureBuilt, exitOf, lineOf, seededRandom, tempDir, until, type TempDir } from '@beseda/testing';
import type { Assignment, ConsumerSink } from '../adapter.js';
import { partitionOf } from '../partition.js';
import type { BusRecord, ReceivedRecord } from '../port.js';
import { embeddedAdapter, type EmbeddedAdapter, type EmbeddedOptions } from './adapter.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const record = (topic: string, key: string, text: string): BusRecord => ({
  topic,
  key,
  value: new TextEncoder().encode(text),
  headers: {},
});

/** Collects what an adapter delivers to it. */
function collector(): ConsumerSink & { records_: ReceivedRecord[]; lost: number; assignments: Assignment[] } {
  const self = {
    records_: [] as ReceivedRecord[],
    lost: 0,
    assignments: [] as Assignment[],
    assigned: (assignment: Assignment) => {
      self.assignments.push(assignment);
      return [];
    },
    revoked: () => undefined,
    records: (_generation: number, batch: { records: readonly ReceivedRecord[] }) =>
      void self.records_.push(...batch.records),
    positionLost: () => void self.lost++,
    failed: (error: unknown) => {
      throw error;
    },
  };
  return self;
}

/** A process of its own that opens a bus file and does something with it. */
function other(path: string, code: string): ChildProcess {
  const module = new URL('../../dist/embedded/adapter.js', import.meta.url).href;
  const script = `import { embeddedAdapter } from ${JSON.stringify(module)};
    let adapter;
    try { adapter = embeddedAdapter({ path: ${JSON.stringify(path)} }); }
    catch (error) { console.log('REFUSED ' + error.reason); process.exit(7); }
    ${code}`;
  return spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('embedded log', () => {
  let dir: TempDir;
  let path: string;
  const open: EmbeddedAdapter[] = [];
  const adapter = (options: Partial<EmbeddedOptions> = {}): EmbeddedAdapter => {
    const made = embeddedAdapter({ path, ...options });
    open.push(made);
    return made;
  };

  beforeEach(async () => {
    dir = await tempDir('beseda-bus-');
    path = join(dir.path, 'new', 'folder', 'bus.sqlite');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((a) => a.close()));
    await dir.remove();
  });

  describe('its file', () => {
    it('is shared inside the process, however the path is written, until the last one closes it', async () => {
      const one = adapter();
      await symlink(join(dir.path, 'new'), join(dir.path, 'link'));
      const two = adapter({ path: join(dir.path, 'link', 'folder', '..', 'folder', 'bus.sqlite') });
      const sink = collector();
      await two.consume({ topic: 't', group: 'g' }, sink);
      await one.append([record('t', 'k', 'x')]);
      await until(() => sink.records_.length === 1, { what: 'the record on the other adapter' });
      await one.close();
      await one.close();
      await expect(one.append([record('t', 'k', 'y')])).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      await two.append([record('t', 'k', 'y')]);
      await two.close();
      const db = new DatabaseSync(path); // closed for good: anybody may open it
      expect(db.prepare('SELECT count(*) AS n FROM log').get()).toEqual({ n: 2 });
      db.close();
    });

    it('may be used by one process only, and is free when that one is killed', async () => {
      await ensureBuilt(join(PACKAGE, '..', 'errors'), join(PACKAGE, '..', 'tracing'), PACKAGE);
      const child = other(path, "console.log('OPEN'); setInterval(() => {}, 1000);");
      await lineOf(child, 'OPEN');
      expect(() => adapter()).toThrow(
        expect.objectContaining({ name: 'BusFileError', reason: 'in-use', code: 'FAILED_PRECONDITION' }),
      );
      expect(() => adapter()).toThrow(`the bus file ${path} is in use by another process`);
      child.kill('SIGKILL');
      await exitOf(child);
      await adapter().append([record('t', 'k', 'x')]);
      const refused = other(path, '');
      expect(await exitOf(refused)).toEqual({ code: 7, signal: null });
    });

    it('is left alone when it is something else', async () => {
      await mkdir(join(dir.path, 'new', 'folder'), { recursive: true });
      const foreign = new DatabaseSync(path);
      foreign.exec('CREATE TABLE log (a)');
      foreign.close();
      expect(() => adapter()).toThrow(expect.objectContaining({ reason: 'foreign' }));
      const digest = async (): Promise<string> =>
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
      await writeFile(path, 'this is no database, and long enough to be read as one: '.repeat(200));
      const before = await digest();
      expect(() => adapter()).toThrow(expect.objectContaining({ reason: 'foreign' }));
      expect(await digest()).toBe(before);
      expect(() => adapter({ path: dir.path })).toThrow(expect.objectContaining({ reason: 'unreadable' }));
    });

    it('in memory is private, or shared by name', async () => {
      const [a, b] = [adapter({ path: ':memory:' }), adapter({ path: ':memory:' })];
      const [c, d] = [adapter({ path: ':memory:both' }), adapter({ path: ':memory:both' })];
      await a.append([record('t', 'k', 'x')]);
      await c.append([record('t', 'k', 'x')]);
      const high = async (x: EmbeddedAdapter): Promise<number | undefined> =>
        (await x.watermarks('t'))[partitionOf('k')]?.high;
      expect(await Promise.all([a, b, c, d].map(high))).toEqual([1, 0, 1, 1]);
    });
  });

  describe('kill -9 of the publisher', () => {
    const seed = 'kill the publisher';
    it(`keeps everything that was acknowledged (seed "${seed}")`, async () => {
      await ensureBuilt(join(PACKAGE, '..', 'errors'), join(PACKAGE, '..', 'tracing'), PACKAGE);
      const random = seededRandom(seed);
      const acked = join(dir.path, 'acked');
      const publish = `import { writeSync, openSync } from 'node:fs';
        const out = openSync(${JSON.stringify(acked)}, 'a');
        console.log('OPEN');
        for (let n = ROUND * 1e6; ; n++) {
          await adapter.append([{ topic: 't', key: 'k' + (n % 7), value: new TextEncoder().encode(String(n)), headers: {} }]);
          writeSync(out, n + '\\n');
          if (n % 50 === 0) await new Promise((r) => setImmediate(r));
        }`;
      const lines = async (): Promise<string[]> => (await readFile(acked, 'utf8')).split('\n').slice(0, -1);
      for (let round = 0; round < 5; round++) {
        const child = other(path, publish.replace('ROUND', String(round)));
        await lineOf(child, 'OPEN');
        const enough = (await lines()).length + random.int(1, 2_000);
        await until(async () => (await lines()).length >= enough, { what: 'acknowledgements', everyMs: 1 });
        child.kill('SIGKILL');
        await exitOf(child);
      }
      const log = adapter();
      const sink = collector();
      await log.consume({ topic: 't', group: 'g' }, sink);
      const appended = (await log.watermarks('t')).reduce((sum, mark) => sum + mark.high, 0);
      await until(() => sink.records_.length === appended, { what: 'the whole log' });
      const found = new Set(sink.records_.map((r) => new TextDecoder().decode(r.value)));
      expect(found.size).toBe(appended);
      const numbers = await lines();
      expect(numbers.length).toBeGreaterThan(5);
      expect(numbers.filter((n) => !found.has(n))).toEqual([]);
    }, 60_000);
  });

  describe('retention', () => {
    const hour = 3_600_000;
    it('deletes by topic, keeps the next offset, and says when a position is gone', async () => {
      let now = 1_800_000_000_000;
      const first = adapter({ clock: () => now });
      const topics = ['p.beseda.dialogs.v1', 'p.beseda.presence.v1', 'p.beseda.ephemeral.v1'] as const;
      for (let i = 0; i < 1_200; i++) await first.append(topics.map((t) => record(t, 'k', String(i))));
      const sink = collector();
      const consumer = await first.consume({ topic: topics[2], group: 'g' }, sink);
      await until(() => sink.records_.length === 1_200, { what: 'all records' });
      await consumer.commit(1, [{ partition: partitionOf('k'), offset: 5 }]);
      await consumer.close();

      const marks = async (): Promise<string[]> => {
        await first.sweep();
        const all = await Promise.all(topics.map((t) => first.watermarks(t)));
        return all.map((m) => `${m[partitionOf('k')]?.low}-${m[partitionOf('k')]?.high}`);
      };
      now += 9 * 60_000;
      expect(await marks()).toEqual(['0-1200', '0-1200', '0-1200']);
      await first.append([record(topics[2], 'k', 'young')]);
      now += 2 * 60_000;
      expect(await marks()).toEqual(['0-1200', '0-1200', '1200-1201']);
      now += hour;
      expect(await marks()).toEqual(['0-1200', '1200-1200', '1201-1201']);
      now += 14 * 24 * hour;
      expect(await marks()).toEqual(['1200-1200', '1200-1200', '1201-1201']);

      await first.close(); // a start with empty partitions goes on counting
      const again = adapter({ clock: () => now });
      await again.append([record(topics[2], 'k', 'new')]);
      const late = collector();
      await again.consume({ topic: topics[2], group: 'g' }, late);
      await until(() => late.records_.length === 1, { what: 'the new record' });
      expect([late.records_[0]?.offset, late.lost]).toEqual([1201, 1]);
    });
  });

  it('finds its watermarks again and reads on at the committed position', async () => {
    const first = adapter();
    await first.append(['a', 'b', 'c'].map((text) => record('t', 'k', text)));
    const consumer = await first.consume({ topic: 't', group: 'g' }, collector());
    await consumer.commit(1, [{ partition: partitionOf('k'), offset: 2 }]);
    await first.close();
    const second = adapter();
    expect((await second.watermarks('t'))[partitionOf('k')]).toEqual({ low: 0, high: 3 });
    const sink = collector();
    await second.consume({ topic: 't', group: 'g' }, sink);
    await until(() => sink.records_.length === 1, { what: 'the rest' });
    expect(new TextDecoder().decode(sink.records_[0]?.value)).toBe('c');
  });

  it('ignores commits of a generation that is over', async () => {
    const log = adapter();
    const mine = collector();
    const consumer = await log.consume({ topic: 't', group: 'g' }, mine);
    const before = mine.assignments[0]?.generation ?? 0;
    await log.consume({ topic: 't', group: 'g' }, collector());
    const [, after] = mine.assignments;
    expect(after?.partitions).toHaveLength(12);
    await consumer.commit(before, [{ partition: 0, offset: 7 }]);
    expect((await log.committed('g', 't'))[0]).toBeUndefined();
    await consumer.commit(after?.generation ?? 0, [{ partition: 0, offset: 7 }]);
    expect((await log.committed('g', 't'))[0]).toBe(7);
  });

  it('refuses a batch that cannot be written whole, and stays usable', async () => {
    const log = adapter();
    await log.append([record('t', 'k', 'before')]);
    const broken = {
      ...record('t', 'k', 'x'),
      value: 'no bytes' as unknown as Uint8Array,
      key: undefined as unknown as string,
    };
    await expect(log.append([record('t', 'k', 'lost with it'), broken])).rejects.toThrow();
    await log.append([record('t', 'k', 'after')]);
    const sink = collector();
    await log.consume({ topic: 't', group: 'g' }, sink);
    await until(() => sink.records_.length === 2, { what: 'two records' });
    expect(sink.records_.map((r) => [r.offset, new TextDecoder().decode(r.value)])).toEqual([
      [0, 'before'],
      [1, 'after'],
    ]);
  });
});
