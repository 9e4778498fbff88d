import { describe, expect, it } from '@jest/globals';
import { type Presence, seenAt } from './presence.js';

const now = new Date('2026-01-01T12:00:00Z');
const at = (ms: number): Date => new Date(now.getTime() + ms);
const presence: Presence = {
  siteId: 's1',
  operatorId: 'o1',
  status: 'online',
  online: true,
  expiresAt: at(30_000),
  changedAt: at(-60_000),
  version: 1,
};

describe('how an operator is seen', () => {
  it.each([
    ['with a console open', presence, { state: 'online', since: at(-60_000) }],
    [
      'with a console open and a wish to be left alone',
      { ...presence, status: 'away' },
      { state: 'away', since: at(-60_000) },
    ],
    ['after the last console closed', { ...presence, online: false }, { state: 'offline', since: at(-60_000) }],
    [
      'when the leases ran out unnoticed',
      { ...presence, expiresAt: at(-5_000) },
      { state: 'offline', since: at(-5_000) },
    ],
    ['at the very end of a lease', { ...presence, expiresAt: now }, { state: 'offline', since: now }],
  ] as const)('%s', (_, given, seen) => {
    expect(seenAt(given, now)).toEqual(seen);
  });

  it('a status alone makes nobody present', () => {
    expect(seenAt({ ...presence, status: 'online', online: false }, now).state).toBe('offline');
  });
});
