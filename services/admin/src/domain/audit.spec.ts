import { describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';
import { MASKED, changesBetween, idFloor, isSecretKey, timeOf } from './audit.js';

describe('changesBetween', () => {
  it('names each value that differs by its path, as JSON', () => {
    const before = { name: 'A', widget: { color: '#000000', marginX: 20 }, domains: ['a.example'], same: { x: 1 } };
    const after = { name: 'B', widget: { color: '#ffffff', marginX: 20 }, domains: [], same: { x: 1 }, more: true };
    expect(changesBetween(before, after)).toEqual([
      { path: 'name', before: '"A"', after: '"B"' },
      { path: 'widget.color', before: '"#000000"', after: '"#ffffff"' },
      { path: 'domains', before: '["a.example"]', after: '[]' },
      { path: 'more', before: '', after: 'true' },
    ]);
  });

  it('lists the values of what is made or goes away', () => {
    expect(changesBetween(undefined, { name: 'A', widget: { color: '#000000' } })).toEqual([
      { path: 'name', before: '', after: '"A"' },
      { path: 'widget.color', before: '', after: '"#000000"' },
    ]);
    expect(changesBetween({ name: 'A' }, undefined)).toEqual([{ path: 'name', before: '"A"', after: '' }]);
    expect(changesBetween(undefined, undefined)).toEqual([]);
    expect(changesBetween({ a: null, at: new Date(0) }, { a: null, at: new Date(0) })).toEqual([]);
  });

  it('never shows a secret, however deep it lies, but says that it changed', () => {
    const before = {
      passwordHash: 'old-secret',
      codes: { recovery: ['old-secret'] },
      keys: [{ name: 'k', apiToken: 'old-secret' }],
      identitySecret: new Uint8Array([1]),
      raw: Buffer.from('old-secret'),
    };
    const after = {
      passwordHash: 'new-secret',
      codes: { recovery: ['new-secret'] },
      keys: [{ name: 'l', apiToken: 'new-secret' }],
      identitySecret: new Uint8Array([2]),
      raw: Buffer.from('new-secret'),
    };
    const changes = changesBetween(before, after);
    expect(changes.map(({ path }) => path)).toEqual([
      'passwordHash',
      'codes.recovery',
      'keys',
      'identitySecret',
      'raw',
    ]);
    expect(JSON.stringify(changes)).not.toMatch(/old-secret|new-secret|b2xk|bmV3/);
    expect(changes[0]).toEqual({ path: 'passwordHash', before: MASKED, after: MASKED });
    expect(changes[2]?.after).toContain('"l"');
  });

  it('cuts what is long and bounds how much there is', () => {
    const [one] = changesBetween({ text: '' }, { text: 'x'.repeat(10_000) });
    expect(one?.after).toHaveLength(2_000);
    expect(changesBetween({}, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])))).toHaveLength(
      200,
    );
  });
});

describe('isSecretKey', () => {
  it.each(['password', 'newPassword', 'password_hash', 'recoveryCodes', 'identitySecret', 'accessToken', 'hashes'])(
    'masks %s',
    (key) => expect(isSecretKey(key)).toBe(true),
  );
  it.each([
    'name',
    'tokenVersion',
    'identitySecretVersion',
    'recoveryCodesLeft',
    'passwordChangedAt',
    'color',
    'decode',
  ])('shows %s', (key) => expect(isSecretKey(key)).toBe(false));
});

describe('ids', () => {
  it('tell when an entry was made, and sort as times do', () => {
    const time = new Date('2026-03-01T10:00:00.123Z');
    const id = v7({ msecs: time.getTime() });
    expect(timeOf(id)).toEqual(time);
    expect(idFloor(time) <= id).toBe(true);
    expect(idFloor(new Date(time.getTime() + 1)) > id).toBe(true);
    expect(timeOf(idFloor(time))).toEqual(time);
  });
});
