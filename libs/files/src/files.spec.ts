import { Readable } from 'node:stream';
import { Keys } from '@beseda/auth';
import { seededRandom } from '@beseda/testing';
import { describe, expect, it } from '@jest/globals';
import { readContent } from './content.js';
import { MAX_FILE_BYTES, contentHeaders, fileIdOf, safeFileName, signFileUrl, verifyFileUrl } from './index.js';
import { inspect } from './inspect.js';
import { GIF, JPEG_TURNED, PNG } from './pictures.fixture.js';

describe('safeFileName', () => {
  it.each([
    ['отчёт за май.pdf', 'отчёт за май.pdf'],
    ['C:\\fakepath\\photo.png', 'photo.png'],
    ['../../etc/passwd', 'passwd'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['a\u0000b\r\nc\u2028d\uFEFF.txt', 'abcd.txt'],
    ['  много   места .txt ', 'много места .txt'],
    ['..', 'file'],
    ['', 'file'],
    ['dir/', 'file'],
    ['\uD800x.txt', '\uFFFDx.txt'],
    ['e\u0301.txt', 'é.txt'],
  ])('%j → %j', (given, safe) => {
    expect(safeFileName(given)).toBe(safe);
  });

  it('keeps the extension within 255 bytes, whole characters only', () => {
    const long = safeFileName(`${'ж'.repeat(300)}.docx`);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^ж{125}\.docx$/);
    expect(Buffer.byteLength(safeFileName('🙂'.repeat(100)))).toBe(252);
    expect(Buffer.byteLength(safeFileName(`x.${'y'.repeat(400)}`))).toBe(255);
  });

  it('is safe for whatever is given', () => {
    const random = seededRandom('names');
    const parts = ['a', 'ж', '/', '\\', '.', '\u202E', '\n', '"', '🙂', '\uDC00', ' ', '%'];
    for (let round = 0; round < 2_000; round += 1) {
      const name = safeFileName(Array.from({ length: random.int(0, 300) }, () => random.pick(parts)).join(''));
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toMatch(/^[^/\\\u202E\n]+$/);
      expect(safeFileName(name)).toBe(name);
      expect(() => contentHeaders({ name, type: 'text/plain', size: 1, inline: false })).not.toThrow();
    }
  });
});

describe('inspect', () => {
  it('shows pictures by content only, with their size as shown', async () => {
    expect(await inspect(PNG, 'text/plain')).toEqual({ type: 'image/png', inline: true, width: 3, height: 2 });
    expect(await inspect(GIF, '')).toEqual({ type: 'image/gif', inline: true, width: 5, height: 4 });
    expect(await inspect(JPEG_TURNED, '')).toEqual({ type: 'image/jpeg', inline: true, width: 2, height: 3 });
  });

  it('believes no declared picture and no damaged one', async () => {
    const html = Buffer.from('<html><script>alert(1)</script></html>');
    expect(await inspect(html, 'image/png')).toEqual({ type: 'application/octet-stream', inline: false });
    expect(await inspect(PNG.subarray(0, 12), 'image/png')).toMatchObject({ inline: false });
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    expect(await inspect(svg, 'image/svg+xml')).toMatchObject({ inline: false });
  });

  it('takes the sender at his word for what cannot be told', async () => {
    expect(await inspect(Buffer.from('a;b'), 'Text/CSV; charset=utf-8')).toEqual({ type: 'text/csv', inline: false });
    expect(await inspect(Buffer.from('a'), 'no type\r\nX: y')).toEqual({
      type: 'application/octet-stream',
      inline: false,
    });
    expect(await inspect(Buffer.from('%PDF-1.7\n'), 'image/png')).toEqual({ type: 'application/pdf', inline: false });
  });
});

describe('readContent', () => {
  it('takes the limit inclusive and names it', async () => {
    expect(MAX_FILE_BYTES).toBe(2_097_152);
    expect(await readContent(new Uint8Array(MAX_FILE_BYTES), MAX_FILE_BYTES)).toHaveLength(MAX_FILE_BYTES);
    await expect(readContent(new Uint8Array(MAX_FILE_BYTES + 1), MAX_FILE_BYTES)).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      detail: 'The file is too large: at most 2,097,152 bytes are allowed.',
    });
    await expect(readContent(new Uint8Array(0), 10)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('reads no more of a stream than it must', async () => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given += 1;
          yield Buffer.alloc(100);
        }
      })(),
    );
    await expect(readContent(endless, 1_000)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(given).toBeLessThan(50);
    expect(endless.destroyed).toBe(true);
    expect((await readContent(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3)).toString()).toBe('abc');
  });
});

describe('fileIdOf', () => {
  it('is the same for the same send, and a UUID', () => {
    const send = { siteId: 's', author: 'contact:c', clientMessageId: 'm1' };
    expect(fileIdOf(send)).toBe(fileIdOf({ ...send }));
    expect(fileIdOf(send)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(
      new Set([fileIdOf(send), fileIdOf({ ...send, siteId: 't' }), fileIdOf({ ...send, author: 'contact:c"' })]).size,
    ).toBe(3);
  });
});

describe('signed addresses', () => {
  const keys = new Keys('k'.repeat(32));
  const address = { siteId: 's1', fileId: 'f/1' };
  const start = 1_800_000_000_000; // the beginning of a window of 300 s
  const parse = (url: string): { e: string; s: string } => {
    const { searchParams } = new URL(url, 'http://x');
    return { e: searchParams.get('e') ?? '', s: searchParams.get('s') ?? '' };
  };

  it('are equal for some minutes and good for at most ten', () => {
    const url = signFileUrl(keys, { ...address, now: start });
    expect(url).toMatch(/^\/api\/files\/s1\/f%2F1\?e=\d+&s=[\w-]+$/);
    expect(signFileUrl(keys, { ...address, now: start + 299_999 })).toBe(url);
    expect(signFileUrl(keys, { ...address, now: start + 300_000 })).not.toBe(url);
    const signed = { ...address, ...parse(url) };
    expect(verifyFileUrl(keys, { ...signed, now: start + 1 })).toBe(true);
    expect(verifyFileUrl(keys, { ...signed, now: start + 599_000 })).toBe(true);
    expect(verifyFileUrl(keys, { ...signed, now: start + 600_000 })).toBe(false);
  });

  it('are good for this file, this time and this installation only', () => {
    const now = start + 1_000;
    const good = { ...address, ...parse(signFileUrl(keys, { ...address, now })), now };
    expect(verifyFileUrl(keys, good)).toBe(true);
    expect(verifyFileUrl(keys, { ...good, siteId: 's2' })).toBe(false);
    expect(verifyFileUrl(keys, { ...good, fileId: 'f2' })).toBe(false);
    expect(verifyFileUrl(keys, { ...good, e: String(Number(good.e) - 1) })).toBe(false);
    expect(verifyFileUrl(keys, { ...good, s: '' })).toBe(false);
    expect(verifyFileUrl(keys, { ...good, s: good.s.slice(0, -4) })).toBe(false);
    expect(verifyFileUrl(keys, { ...good, e: '1e9' })).toBe(false);
    expect(verifyFileUrl(keys, { ...good, e: undefined as never, s: undefined as never })).toBe(false);
    expect(verifyFileUrl(new Keys('z'.repeat(32)), good)).toBe(false);
    // A longer life than allowed is refused even when the signature fits.
    expect(verifyFileUrl(keys, { ...good, now: now - 400_000 })).toBe(false);
  });
});

describe('contentHeaders', () => {
  const picture = { name: 'кот "и" пёс.png', type: 'image/png', size: 10, inline: true };

  it('shows pictures, saves everything else, runs nothing', () => {
    const headers = contentHeaders(picture);
    expect(headers).toMatchObject({
      'Content-Type': 'image/png',
      'Content-Length': '10',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
    });
    expect(headers['Content-Disposition']).toMatch(/^inline; /);
    expect(headers['Cache-Control']).toContain('private');
    expect(contentHeaders(picture, { download: true })['Content-Disposition']).toMatch(/^attachment; /);
    const page = contentHeaders({ name: 'x.html', type: 'text/html', size: 1, inline: false });
    expect(page).toMatchObject({ 'Content-Type': 'application/octet-stream' });
    expect(page['Content-Disposition']).toMatch(/^attachment; /);
  });

  it('gives the name twice: plain, and in full', () => {
    const value = contentHeaders(picture)['Content-Disposition'] ?? '';
    expect(value).toBe(
      'inline; filename="___ ___ ___.png"; filename*=UTF-8\'\'%D0%BA%D0%BE%D1%82%20%22%D0%B8%22%20%D0%BF%D1%91%D1%81.png',
    );
    expect(contentHeaders({ ...picture, name: "it's (1)*.png" })['Content-Disposition']).toContain(
      "filename*=UTF-8''it%27s%20%281%29%2A.png",
    );
  });
});
