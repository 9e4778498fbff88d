import { describe, expect, it } from '@jest/globals';
import { SERVICES, startGroups, stopsWithin } from './services.js';

describe('the list of services', () => {
  it('starts each after those it calls, as many at once as can be', () => {
    expect(startGroups(SERVICES)).toEqual([['admin'], ['contacts', 'dialogs', 'routing'], ['gateway']]);
  });

  it('can be stopped within 8 s', () => {
    const longest = startGroups(SERVICES).map((group) => Math.max(...group.map(stopsWithin)));
    expect(longest.reduce((sum, ms) => sum + ms)).toBeLessThan(8_000);
  });

  it('refuses circles and those who wait for nobody there', () => {
    const a = { name: 'a', startsAfter: ['b'] };
    expect(() => startGroups([a, { name: 'b', startsAfter: ['a'] }])).toThrow('a, b');
    expect(() => startGroups([a])).toThrow('never start: a');
  });
});
