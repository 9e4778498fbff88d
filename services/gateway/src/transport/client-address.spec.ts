import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.js';

describe('clientAddress', () => {
  it.each([
    [0, '203.0.113.5', '10.0.0.1'],
    [1, '203.0.113.5', '203.0.113.5'],
    [1, 'forged, 203.0.113.5', '203.0.113.5'],
    [2, '203.0.113.5, 10.0.0.2', '203.0.113.5'],
    [3, '203.0.113.5', '203.0.113.5'],
    [1, '', '10.0.0.1'],
    [1, '203.0.113.5:4711', '203.0.113.5'],
    [1, '[2001:db8::1]:4711', '2001:db8::1'],
    [1, '\u00e9', '10.0.0.1'],
    [2, 'unknown, 10.0.0.2', '10.0.0.2'],
    [2, '203.0.113.5, \u00e9', '10.0.0.1'],
  ])('with %i proxies and "%s" is %s', (hops, header, address) => {
    expect(clientAddress({ 'x-forwarded-for': header }, '10.0.0.1', hops)).toBe(address);
  });
});
