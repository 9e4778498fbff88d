import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ensureBuilt, exitOf, freePort, lineOf } from './process.js';
import { tempDir, type TempDir } from './temp-dir.js';

const node = (code: string): ReturnType<typeof spawn> =>
  spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });

describe('processes', () => {
  let dir: TempDir | undefined;
  afterEach(() => dir?.remove());

  it('waits for a line and for the end', async () => {
    const child = node('console.log("noise"); console.log("READY 1"); setTimeout(() => process.exit(3), 5)');
    expect(await lineOf(child, /^READY/)).toBe('READY 1');
    expect(await exitOf(child)).toEqual({ code: 3, signal: null });
    expect(await exitOf(child)).toEqual({ code: 3, signal: null });
  });

  it('says when the process ended before the line', async () => {
    await expect(lineOf(node('0'), 'READY')).rejects.toThrow('ended before it printed READY');
  });

  it('finds a port nobody listens on', async () => {
    const socket = connect(await freePort(), '127.0.0.1');
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('makes folders and removes them', async () => {
    const folder = await tempDir();
    await writeFile(join(folder.path, 'a'), 'x');
    await folder.remove();
    await folder.remove();
    await expect(readFile(join(folder.path, 'a'))).rejects.toThrow('ENOENT');
  });

  it('builds a package once, also when asked twice at the same time', async () => {
    dir = await tempDir();
    const count =
      "require('fs').appendFileSync('count','x');require('fs').mkdirSync('dist',{recursive:true});require('fs').writeFileSync('dist/index.js','')";
    await writeFile(join(dir.path, 'package.json'), JSON.stringify({ scripts: { build: `node -e "${count}"` } }));
    await mkdir(join(dir.path, 'src'));
    await writeFile(join(dir.path, 'src', 'index.ts'), '');
    await Promise.all([ensureBuilt(dir.path), ensureBuilt(dir.path)]);
    await ensureBuilt(dir.path);
    expect(await readFile(join(dir.path, 'count'), 'utf8')).toBe('x');
  });
});
