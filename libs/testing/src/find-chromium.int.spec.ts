import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findChromium } from './find-chromium.js';
import { tempDir, type TempDir } from './temp-dir.js';

describe('findChromium', () => {
  const { CHROMIUM_PATH, PATH } = process.env;
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
    delete process.env['CHROMIUM_PATH'];
  });
  afterEach(async () => {
    process.env['PATH'] = PATH;
    if (CHROMIUM_PATH !== undefined) process.env['CHROMIUM_PATH'] = CHROMIUM_PATH;
    await dir.remove();
  });

  const browser = async (name: string): Promise<string> => {
    const path = join(dir.path, name);
    await writeFile(path, '#!/bin/sh\n');
    await chmod(path, 0o755);
    return path;
  };

  it('prefers the one of the environment, then the one of the system', async () => {
    const system = await browser('google-chrome');
    process.env['PATH'] = dir.path;
    expect(await findChromium()).toMatchObject({ executablePath: system, source: 'system' });
    const given = await browser('mine');
    process.env['CHROMIUM_PATH'] = given;
    expect(await findChromium()).toMatchObject({ executablePath: given, source: 'CHROMIUM_PATH' });
  });

  it('names a wrong CHROMIUM_PATH', async () => {
    process.env['CHROMIUM_PATH'] = join(dir.path, 'none');
    await expect(findChromium()).rejects.toThrow('CHROMIUM_PATH names no executable file');
  });

  it('falls back to the packaged browser, whole even when two ask at once', async () => {
    process.env['PATH'] = dir.path;
    const [one, two] = await Promise.all([findChromium(), findChromium()]);
    expect(one).toMatchObject({ source: 'npm', executablePath: two.executablePath });
    const { stdout } = await promisify(execFile)(one.executablePath, ['--version']);
    expect(stdout).toMatch(/Chromium|Chrome/);
  }, 120_000);
});
