import { describe, expect, it } from '@jest/globals';
import { isEmail, normalEmail } from './operator.js';
import { decideRefresh } from './session.js';
import { parseDomain } from './site.js';
import { ADDRESS_RULE, EMAIL_RULE, lockMs } from './throttle.js';

describe('parseDomain', () => {
  it.each([
    ['Shop.Example', 'shop.example'],
    [' shop.example ', 'shop.example'],
    ['shop.example.', 'shop.example'],
    ['*.shop.example', '*.shop.example'],
    ['localhost:8080', 'localhost:8080'],
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['МАГАЗИН.рф', 'xn--80aairftm.xn--p1ai'],
    ['my_host', 'my_host'],
  ])('takes %s', (text, expected) => {
    expect(parseDomain(text)).toBe(expected);
  });

  it.each([
    '',
    '*',
    '*.',
    '*.*.shop.example',
    'a.*.example',
    'https://shop.example',
    'shop.example/path',
    'user@shop.example',
    'shop.example:0',
    'shop.example:65536',
    'shop.example:x',
    'a b.example',
    '-a.example',
    'a..example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
    '[::1]',
  ])('refuses %s', (text) => {
    expect(parseDomain(text)).toBeUndefined();
  });
});

describe('e-mail addresses', () => {
  it('have one spelling', () => {
    expect(normalEmail(' Anna@Shop.Example ')).toBe('anna@shop.example');
    expect(['a@b', 'admin@localhost', 'имя@пример.рф'].every(isEmail)).toBe(true);
    expect(['', 'a', '@b', 'a@', 'a b@c', 'a@b@c', 'a@<b>', `${'a'.repeat(254)}@b`].some(isEmail)).toBe(false);
  });
});

describe('decideRefresh', () => {
  const now = new Date();
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  const session = {
    generation: 3,
    rotations: [
      { generation: 1, at: ago(31_000) },
      { generation: 2, at: ago(30_000) },
    ],
  };

  it('replaces the present token, repeats for one replaced at most 30 s ago, ends for any other', () => {
    expect(decideRefresh(session, 3, now)).toBe('advance');
    expect(decideRefresh(session, 2, now)).toBe('repeat');
    expect(decideRefresh(session, 1, now)).toBe('end');
    expect(decideRefresh(session, 0, now)).toBe('end');
    expect(decideRefresh(session, 4, now)).toBe('end');
  });
});

describe('lockMs', () => {
  it('locks after five failures, longer each time, never longer than a quarter of an hour', () => {
    expect([1, 4, 5, 6, 7, 8, 9, 10, 11, 1_000].map((n) => lockMs(EMAIL_RULE, n) / 1000)).toEqual([
      0, 0, 30, 60, 120, 240, 480, 900, 900, 900,
    ]);
    expect(lockMs(ADDRESS_RULE, 24)).toBe(0);
  });
});
