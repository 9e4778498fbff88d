import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TempDir, tempDir, until } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Replica, restartPause } from './replica.js';
import { writeFakeService } from './testing/fake-service.js';

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: it has ended
    return false;
  }
};

describe('a replica', () => {
  let temp: TempDir;
  let script: string;
  let lines: string[];
  let restarts: number;
  let replica: Replica | undefined;

  beforeEach(async () => {
    temp = await tempDir();
    script = await writeFakeService(temp.path);
    lines = [];
    restarts = 0;
  });
  afterEach(async () => {
    await replica?.stop(0);
    await temp.remove();
  });

  const given = (behaviour: string): Replica =>
    (replica = new Replica(
      { name: 'fake-1', service: 'fake', script, env: { FAKE: behaviour, FAKE_LOG: join(temp.path, 'log') } },
      { line: (line) => lines.push(line), restarted: () => restarts++ },
    ));
  const pid = (): number => replica?.pid ?? 0;
  const noted = (): Promise<string> => readFile(join(temp.path, 'log'), 'utf8');

  it('says its facts, names itself in every line, ends at SIGTERM', async () => {
    const facts = await given('well').start();
    expect(facts).toEqual({ 'from-fake': String(pid()) });
    await until(() => lines.length === 2, { what: 'both lines' });
    const parsed = lines.map((line) => JSON.parse(line) as object);
    expect(parsed).toContainEqual({ replica: 'fake-1', level: 'info', service: 'fake', msg: 'hello' });
    expect(parsed).toContainEqual(
      expect.objectContaining({ replica: 'fake-1', level: 'warn', msg: 'Warning: plain text' }),
    );
    replica?.announced();
    await until(async () => (await noted()).includes('announced'), { what: 'the word that people were told' });
    await replica?.stop(5_000);
    expect(alive(pid())).toBe(false);
    expect(await noted()).toContain('stopped');
    expect(restarts).toBe(0);
  });

  it('is started again after kill -9, also again and again', async () => {
    await given('well').start();
    for (let round = 1; round <= 3; round++) {
      const before = pid();
      process.kill(before, 'SIGKILL');
      await until(async () => restarts === round && (await noted()).split('started').length === round + 2, {
        what: `restart ${round}`,
      });
      expect(pid()).not.toBe(before);
    }
    expect(lines.filter((line) => line.includes('SIGKILL')).map((line) => /again in (\d+) ms/.exec(line)?.[1])).toEqual(
      ['100', '200', '400'],
    );
  });

  it('is started again when it ends by itself after it has answered', async () => {
    await given('well').start();
    process.kill(pid(), 'SIGTERM');
    await until(() => restarts === 1, { what: 'a restart' });
  });

  it('told to end, goes on until its successor stands by, which takes its place at once', async () => {
    await given('hands over').start();
    for (let round = 1; round <= 3; round++) {
      const before = pid();
      process.kill(before, 'SIGTERM');
      await until(async () => (await noted()).split('started').length === round + 2, { what: 'the successor' });
      expect(pid()).not.toBe(before);
      expect(restarts).toBe(round);
    }
    expect((await noted()).split('\n').map((line) => line.split(' ')[0])).toEqual([
      'started',
      ...['stop', 'stopped', 'listen', 'started'],
      ...['stop', 'stopped', 'listen', 'started'],
      ...['stop', 'stopped', 'listen', 'started'],
      '',
    ]);
    expect(lines.join()).not.toContain('again in');
    await replica?.stop(5_000);
    expect(alive(pid())).toBe(false);
  });

  it('killed while its successor is being started, it is still there again', async () => {
    await given('hands over').start();
    const before = pid();
    process.kill(before, 'SIGTERM');
    process.kill(before, 'SIGKILL');
    await until(async () => (await noted()).split('started').length === 3, { what: 'the next one' });
    expect(restarts).toBe(1);
  });

  it('waits longer and longer, at most 5 s', () => {
    expect([1, 2, 3, 6, 7, 50].map(restartPause)).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
  });

  it.each([
    ['refuses', 'BESEDA_X is missing.'],
    ['breaks', 'fake-1 ended (exit code 3) before it answered.'],
  ])('a first start that %s is the caller’s to report', async (behaviour, detail) => {
    await expect(given(behaviour).start()).rejects.toMatchObject({ detail });
    await until(() => !alive(pid()), { what: 'its end' });
    await replica?.stop(100);
    expect(restarts).toBe(0);
  });

  it('killed during its first start, it starts again and answers', async () => {
    const facts = given('well').start();
    process.kill(pid(), 'SIGKILL');
    expect(await facts).toEqual({ 'from-fake': String(pid()) });
    expect(restarts).toBe(1);
  });

  it('is killed when it does not heed SIGTERM', async () => {
    await given('hangs').start();
    await replica?.stop(200);
    expect(alive(pid())).toBe(false);
    expect(lines.join()).toContain('did not end within 200 ms');
  });

  it('ends although it is stopped (SIGSTOP)', async () => {
    await given('well').start();
    process.kill(pid(), 'SIGSTOP');
    await replica?.stop(10_000);
    expect(await noted()).toContain('stopped');
  });

  it('is not started again once it was stopped, also in the pause before a restart', async () => {
    await given('well').start();
    process.kill(pid(), 'SIGKILL');
    await until(() => lines.some((line) => line.includes('SIGKILL')), { what: 'the end to be seen' });
    await replica?.stop(1_000);
    expect(alive(pid())).toBe(false);
    await expect(until(() => restarts > 0, { timeoutMs: 400, what: 'a restart that must not come' })).rejects.toThrow(
      'must not come',
    );
  });
});
