import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { licence } from './cli-licence.js';

describe('admin licence', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'beseda-licence-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = async (...args: string[]): Promise<{ code: number | undefined; out: string }> => {
    let out = '';
    const code = await licence(args, (text) => {
      out += text;
    });
    return { code, out };
  };
  const claimsOf = (text: string): object =>
    JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as object;

  it('makes keys whose private half only its owner reads and nobody is shown, and issues licences with it', async () => {
    const file = join(folder, 'key.pem');
    const made = await run('keys', '--file', file);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/BESEDA_LICENCE_PUBLIC_KEY=[\w-]{43}\n/);
    const stored = await readFile(file, 'utf8');
    expect(stored).toContain('PRIVATE KEY');
    expect(made.out).not.toContain('PRIVATE KEY');
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const grant = ['--holder', 'Shop', '--plan', 'business', '--operators', '5', '--features', 'hide-powered-by'];
    const issued = await run('issue', '--key', file, '--days', '365', '--from', '2026-01-01', ...grant);
    expect(issued.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(claimsOf(issued.out)).toMatchObject({
      ...{ sub: 'Shop', plan: 'business', operators: 5, features: ['hide-powered-by'] },
      ...{ nbf: Date.UTC(2026, 0, 1) / 1000, exp: Date.UTC(2027, 0, 1) / 1000 },
    });
  });

  it('keeps a key that is there', async () => {
    const file = join(folder, 'kept.pem');
    await run('keys', '--file', file);
    const before = await readFile(file, 'utf8');
    await expect(run('keys', '--file', file)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await readFile(file, 'utf8')).toBe(before);
    await expect(run('keys', '--file', join(folder, 'none', 'x.pem'))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
  });

  it('prints the private key when asked to', async () => {
    expect((await run('keys', '--print', '--file', join(folder, 'shown.pem'))).out).toContain('PRIVATE KEY');
  });

  it('names what is wrong with a licence that is asked for', async () => {
    await expect(run('issue', '--key', 'x', '--days', '0', '--features', 'everything')).rejects.toMatchObject({
      detail: expect.stringMatching(/--holder.*--plan.*--days.*--features/s),
    });
    const asked = ['--holder', 'Shop', '--plan', 'p', '--days', '1', '--key'];
    await expect(run('issue', ...asked, join(folder, 'missing.pem'))).rejects.toMatchObject({
      detail: expect.stringContaining('could not be read'),
    });
    expect((await run('revoke')).code).toBeUndefined();
  });
});
