import { describe, expect, it } from '@jest/globals';
import { normalEmail, normalPhone } from './addresses.js';

describe('e-mail addresses', () => {
  it.each([
    ['anna@example.com', 'anna@example.com'],
    ['Anna.Lee+shop@Example.COM', 'Anna.Lee+shop@example.com'],
    ["o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"],
    ['почта@пример.рф', 'почта@пример.рф'],
    ['anna@10.example', 'anna@10.example'],
  ])('%s is kept as %s', (text, kept) => {
    expect(normalEmail(text)).toBe(kept);
  });

  it.each([
    'no mail',
    'anna',
    '@example.com',
    'anna@',
    'anna@example',
    'anna@@example.com',
    'anna@exam ple.com',
    'anna@-example.com',
    'anna@example..com',
    'anna@example.com.',
    '.anna@example.com',
    'an..na@example.com',
    'Anna <anna@example.com>',
    'a@example.com,b@example.com',
    'anna@example.com\nBcc: x@example.com',
    `${'a'.repeat(65)}@example.com`,
    `anna@${'a'.repeat(64)}.com`,
    `anna@${'abcdefghi.'.repeat(26)}com`,
  ])('%j is none', (text) => {
    expect(normalEmail(text)).toBeUndefined();
  });
});

describe('telephone numbers', () => {
  it.each([
    ['+7 900 000-00-00', '+79000000000'],
    ['8 (900) 000 00 00', '+79000000000'],
    ['79000000000', '+79000000000'],
    ['0049 30 1234567', '+49301234567'],
    ['+44 (20) 7946 0958', '+442079460958'],
    ['020 7946  0958', '020 7946 0958'],
    ['112', '112'],
  ])('%s is kept as %s', (text, kept) => {
    expect(normalPhone(text)).toBe(kept);
  });

  it.each([
    'call me',
    '12',
    '+12345',
    '+1234567890123456',
    '12345678901234567',
    '+7 900 000-00-00 anna',
    '7'.repeat(50),
    '--',
  ])('%j is none', (text) => {
    expect(normalPhone(text)).toBeUndefined();
  });
});
