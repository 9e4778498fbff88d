import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { tempDir, type TempDir } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadInstallationConfig } from './config.js';
import { DataFolder } from './data-folder.js';
import { claimPort, claimPorts } from './port.js';
import { writeAside } from './write-aside.js';

describe('the data folder', () => {
  let temp: TempDir;
  beforeEach(async () => {
    temp = await tempDir();
  });
  afterEach(() => temp.remove());

  it('is made at the first start, with a secret for the owner only, and opens again', () => {
    const path = join(temp.path, 'data');
    const folder = new DataFolder(path);
    expect(folder.exists()).toBe(false);
    folder.open();
    const secret = folder.secret();
    expect(secret).toHaveLength(64);
    expect(statSync(join(path, 'secret')).mode & 0o777).toBe(0o600);
    folder.close();
    const again = new DataFolder(path);
    again.open();
    expect(again.secret()).toBe(secret);
    again.close();
  });

  it('is owned by one at a time', () => {
    const first = new DataFolder(join(temp.path, 'data'));
    first.open();
    expect(() => new DataFolder(first.path).open()).toThrow('Another Beseda');
    first.close();
    const second = new DataFolder(first.path);
    second.open();
    second.close();
  });

  it('refuses a folder of somebody else, a damaged marker and a newer format', () => {
    writeFileSync(join(temp.path, 'thesis.txt'), 'mine');
    expect(() => new DataFolder(temp.path).open()).toThrow('holds something else');
    expect(existsSync(join(temp.path, 'beseda.json'))).toBe(false);
    writeFileSync(join(temp.path, 'beseda.json'), 'nonsense');
    expect(() => new DataFolder(temp.path).open()).toThrow('damaged');
    writeFileSync(join(temp.path, 'beseda.json'), '{"format":99}');
    expect(() => new DataFolder(temp.path).open()).toThrow('newer Beseda');
  });

  it('is no new installation when its database is gone', () => {
    const folder = new DataFolder(join(temp.path, 'data'));
    folder.open();
    const database = folder.database();
    // A start that failed before there was a database leaves a folder that is still new.
    expect(folder.database()).toBe(database);
    writeFileSync(database, 'SQLite');
    folder.markUsed();
    expect(folder.database()).toBe(database);
    for (const lose of [() => writeFileSync(database, ''), () => rmSync(database)]) {
      lose();
      expect(() => folder.database()).toThrow(/was used before, and its database mongo.sqlite is gone/);
    }
    // What the last run had not moved into it yet is a database.
    writeFileSync(`${database}-wal`, 'log');
    expect(folder.database()).toBe(database);
    folder.close();
    folder.open();
    expect(readFileSync(folder.file('beseda.json'), 'utf8')).toContain('"used":true');
    folder.close();
  });

  it('writes its files whole or not at all, and nothing of a failed try is in the way', () => {
    const path = join(temp.path, 'data');
    mkdirSync(path);
    for (const name of ['.beseda.json.new', 'beseda.json']) writeFileSync(join(path, name), '');
    const folder = new DataFolder(path);
    folder.open();
    expect(readFileSync(folder.file('beseda.json'), 'utf8')).toContain('format');
    expect(readdirSync(path)).not.toContain('.beseda.json.new');
    folder.close();
    mkdirSync(join(temp.path, 'in-the-way'));
    expect(() => writeAside(join(temp.path, 'in-the-way'), 'text')).toThrow();
    expect(readdirSync(temp.path)).toEqual(['data', 'in-the-way']);
  });

  it('is closed to others though it was made open to them', () => {
    const path = join(temp.path, 'data');
    mkdirSync(path);
    chmodSync(path, 0o755);
    const folder = new DataFolder(path);
    folder.open();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    folder.close();
  });

  it('tells commands of a running Beseda, not of one that was killed', () => {
    const folder = new DataFolder(join(temp.path, 'data'));
    folder.open();
    folder.writeRunInfo({ pid: process.pid, mongoUrl: 'mongodb://127.0.0.1:1' });
    expect(folder.readRunInfo()?.mongoUrl).toBe('mongodb://127.0.0.1:1');
    folder.writeRunInfo({ pid: 2 ** 30, mongoUrl: 'mongodb://127.0.0.1:1', children: [process.pid, 2 ** 30] });
    expect(folder.readRunInfo()).toBeUndefined();
    expect(folder.leftBehind()).toEqual([process.pid]);
    folder.close();
    expect(readFileSync(folder.file('beseda.json'), 'utf8')).toContain('format');
  });
});

describe('ports', () => {
  it('claims free ones, each once, below those the system gives to connections', async () => {
    const ports = await claimPorts('127.0.0.1', 20);
    expect(new Set(ports).size).toBe(20);
    for (const port of ports) expect(port).toBeLessThan(32_768);
  });

  it('goes on behind a given port, past what is in use', async () => {
    const [first = 0] = await claimPorts('127.0.0.1', 1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first + 1, '127.0.0.1', resolve));
    const [next = 0] = await claimPorts('127.0.0.1', 1, first + 1);
    server.close();
    expect(next).toBeGreaterThan(first + 1);
  });
});

describe('configuration', () => {
  it('has safe defaults and names wrong keys', async () => {
    expect(loadInstallationConfig({})).toMatchObject({ host: '127.0.0.1', port: 4300 });
    expect(loadInstallationConfig({ BESEDA_PUBLIC_URL: 'https://chat.example.com/' }).publicUrl).toBe(
      'https://chat.example.com',
    );
    expect(() => loadInstallationConfig({ BESEDA_PORT: '99999' })).toThrow('BESEDA_PORT');
    expect(() => loadInstallationConfig({ BESEDA_PUBLIC_URL: 'ftp://x' })).toThrow('BESEDA_PUBLIC_URL');
    await expect(claimPort('192.0.2.1', 0)).rejects.toThrow('BESEDA_HOST');
  });
});
