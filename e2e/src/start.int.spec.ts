import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { exitOf, lineOf, tempDir, type TempDir } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT, runProduct, startProduct } from './support/product.js';

describe('start and stop', () => {
  let data: TempDir;

  beforeEach(async () => {
    data = await tempDir();
  });
  afterEach(() => data.remove());

  const oneLine = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

  it('says in one line that the port is busy', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runProduct({ BESEDA_DATA: data.path, BESEDA_PORT: String(port) });
    server.close();
    expect(code).toBe(1);
    expect(oneLine(stderr)).toHaveLength(1);
    expect(stderr).toContain(`Port ${port}`);
    expect(stderr).toContain('BESEDA_PORT');
  }, 30_000);

  it('says in one line that the folder is somebody else’s', async () => {
    await writeFile(join(data.path, 'thesis.txt'), 'mine');
    const { code, stderr } = await runProduct({ BESEDA_DATA: data.path, BESEDA_PORT: '0' });
    expect(code).toBe(1);
    expect(oneLine(stderr)).toHaveLength(1);
    expect(stderr).toContain('BESEDA_DATA');
  }, 30_000);

  it('says in one line that the folder is in use, and leaves the first alone', async () => {
    const dataDir = join(data.path, 'data');
    await mkdir(dataDir);
    const first = await startProduct({ dataDir });
    const { code, stderr } = await runProduct({ BESEDA_DATA: dataDir, BESEDA_PORT: '0' });
    expect(code).toBe(1);
    expect(oneLine(stderr)).toHaveLength(1);
    expect(stderr).toContain('Another Beseda');
    expect((await fetch(`${first.ready.url}/health/ready`)).status).toBe(200);
    expect(await first.stop()).toBe(0);
  }, 60_000);

  it('names the variable of a wrong setting, never its value', async () => {
    const { code, stderr } = await runProduct({
      BESEDA_DATA: data.path,
      BESEDA_PORT: 'ninety',
      BESEDA_SECRET: 'tooshortsecret',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('BESEDA_PORT');
    expect(stderr).toContain('BESEDA_SECRET');
    expect(stderr).not.toContain('tooshortsecret');
  }, 30_000);

  it('npm start: one password at the first start, none later, SIGTERM ends it all', async () => {
    const dataDir = join(data.path, 'data');
    const start = () =>
      spawn('npm', ['start'], {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          BESEDA_DATA: dataDir,
          BESEDA_PORT: '0',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    const passwords: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const child = start();
      const ready = JSON.parse((await lineOf(child, /^BESEDA_READY /)).slice('BESEDA_READY '.length)) as {
        password?: string;
        login: string;
        pids: Record<string, number>;
      };
      passwords.push(ready.password);
      expect(ready.login).toBe('admin@localhost');
      expect(Object.keys(ready.pids)).toEqual(['admin', 'contacts', 'dialogs', 'routing', 'gateway']);
      child.kill('SIGTERM');
      await exitOf(child);
      for (const pid of Object.values(ready.pids)) expect(() => process.kill(pid, 0)).toThrow();
    }
    expect(typeof passwords[0]).toBe('string');
    expect(passwords[1]).toBeUndefined();
  }, 180_000);
});
