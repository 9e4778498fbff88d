import { describe, expect, it } from '@jest/globals';
import { isMailDomain, mailDomainOf, senderAddress, senderLocalPart } from './sender.js';

describe('the address of automatic messages', () => {
  it.each([
    ['Дима', 1, 'dima@app1.example.com'],
    ['Лесная тропа', 3, 'lesnaya-tropa@app3.example.com'],
    ['Anna & Co., Ltd.', 1, 'anna-co-ltd@app1.example.com'],
    ['Zoë’s', 1, 'zoe-s@app1.example.com'],
    ['!!!', 1, 'chat@app1.example.com'],
    ['😀', 1, 'chat@app1.example.com'],
    ['', 1, 'chat@app1.example.com'],
    ['a_b.c', 1, 'a-b-c@app1.example.com'],
  ])('of %s on site %i is %s', (name, number, address) => {
    expect(senderAddress(name, number, 'example.com')).toBe(address);
  });

  it.each(['Щ'.repeat(100), 'a'.repeat(100), `${'a'.repeat(63)} b`, `-${'a'.repeat(70)}`, '日本語'.repeat(40)])(
    'fits into 64 characters and neither begins nor ends with a hyphen: %s',
    (name) => {
      expect(senderLocalPart(name)).toMatch(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/);
    },
  );
});

describe('the domain of mail', () => {
  it.each([
    ['https://chat.example.com/', 'chat.example.com'],
    ['https://Chat.Example.COM:8443/base', 'chat.example.com'],
    ['https://чат.рф', 'xn--80a0bn.xn--p1ai'],
    ['http://localhost:4300', 'localhost'],
    ['http://127.0.0.1:4300', 'localhost'],
    ['http://[::1]:4300', 'localhost'],
    ['http://192.168.0.7', 'localhost'],
    ['no address', 'localhost'],
    [undefined, 'localhost'],
  ])('of %s is %s', (publicUrl, domain) => {
    expect(mailDomainOf(publicUrl)).toBe(domain);
  });

  it('is no address, no path, nothing with an @', () => {
    const wrong = ['', '10.0.0.1', 'a b.example', 'x@example.com', 'https://example.com', '-a.example', 'a..b'];
    expect(wrong.filter(isMailDomain)).toEqual([]);
    expect(['example.com', 'mail.example.com', 'localhost'].every(isMailDomain)).toBe(true);
  });
});
