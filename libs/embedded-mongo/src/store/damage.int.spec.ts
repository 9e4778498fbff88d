import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doc, type Doc } from '../bson/values.js';
import { encode } from '../bson/encode.js';
import { dispatch } from '../commands/registry.js';
import { startEngine, type Engine } from '../engine.js';
import { built } from '../testing/built.js';

describe('a data file that is shorter than it should be', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
    path = join(folder, 'data.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (file: string): Promise<Engine> =>
    startEngine({ path: file, port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, onFault: (e) => { throw e; } }); // prettier-ignore
  const count = (engine: Engine): unknown => (dispatch(engine.state, doc({ count: 'c', $db: 'd' })) as Doc).get('n');
  function insert(engine: Engine, from: number, to: number): void {
    const collection = engine.state.catalog.find('d', 'c') ?? engine.state.catalog.create('d', 'c');
    for (let i = from; i < to; i++) {
      const document = doc({ _id: i, body: 'x'.repeat(3000) });
      engine.state.documents.insert(collection, encode(document), document);
    }
    engine.state.database.commit();
  }
  const cut = (file: string, bytes: number): void => truncateSync(file, statSync(file).size - bytes);
  /** What a kill -9 would leave now. */
  function killed(): string {
    const copy = join(folder, 'killed.sqlite');
    for (const end of ['', '-wal']) copyFileSync(path + end, copy + end);
    return copy;
  }

  it.each([1, 1000, 4096, 100_000])('is refused when %d bytes are missing, each time, in one line', async (bytes) => {
    const engine = await start(path);
    insert(engine, 0, 100);
    await engine.stop();
    const size = statSync(path).size;
    cut(path, bytes);
    const told = `The data file ${path} is damaged: it has ${size - bytes} bytes of ${size}. Nothing was changed; restore it from a backup.`;
    for (let round = 0; round < 2; round++) await expect(start(path)).rejects.toThrow(told);
    expect(statSync(path).size).toBe(size - bytes);
    if (bytes !== 1000) return;
    const process = spawn('node', ['--no-warnings', built('cli.js'), '--path', path], { stdio: ['ignore', 'pipe', 'pipe'] }); // prettier-ignore
    const [out, errors] = await Promise.all([process.stdout.toArray(), process.stderr.toArray()]);
    expect(Buffer.concat([...out, ...errors] as Buffer[]).toString()).toBe(`${told}\n`);
    expect(process.exitCode ?? (await once(process, 'exit'))[0]).toBe(1);
  });

  it('is taken when the log still has what is missing', async () => {
    const engine = await start(path);
    insert(engine, 0, 100);
    for (const shortenedBy of [0, 1000]) {
      const copy = killed();
      cut(copy, shortenedBy);
      const again = await start(copy);
      expect(count(again)).toBe(100);
      expect(again.state.database.get('PRAGMA integrity_check')).toEqual(['ok']);
      await again.stop();
      engine.state.database.get('PRAGMA wal_checkpoint(PASSIVE)'); // the log stays, the file is complete now
    }
    await engine.stop();
  });

  it('is refused when the log has other pages only', async () => {
    const engine = await start(path);
    insert(engine, 0, 100);
    engine.state.database.get('PRAGMA wal_checkpoint(TRUNCATE)');
    engine.state.database.run('UPDATE indexes SET multikey = 0');
    engine.state.database.run("INSERT INTO collections (db, name) VALUES ('other', 'x')");
    engine.state.database.commit();
    const copy = killed();
    expect(statSync(`${copy}-wal`).size).toBeGreaterThan(0);
    cut(copy, 1000);
    for (let round = 0; round < 2; round++) await expect(start(copy)).rejects.toThrow(/is damaged/);
    await engine.stop();
  });
});
