import { LIMITS } from '@beseda/api';
import { describe, expect, it } from '@jest/globals';
import { MAX_PROPERTIES_LENGTH, changeCard, changedProperties, identify } from './card.js';
import { type Contact, HISTORY_LENGTH, historyEntry } from './contact.js';
import { bindUser, decideAuth, sealMerged, takeOver } from './merge.js';
import { externalReferrer, firstVisit, isNewVisit, openSession, trackEvent, utmOf, viewPage } from './visit.js';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 0, 1, 10, minutes));
const nowhere = { device: { browser: '', os: '', type: '' }, language: '', timezone: '' };
const contact = (more: Partial<Contact> = {}): Contact => ({
  ...firstVisit('c1', 's1', undefined, nowhere, at(0)),
  ...more,
});

describe('visits', () => {
  it('begin after half an hour of silence', () => {
    expect(isNewVisit(contact(), at(30))).toBe(false);
    expect(isNewVisit(contact(), new Date(at(30).getTime() + 1))).toBe(true);
  });

  it('count once, by whatever the visitor does first', () => {
    const page = { url: 'https://a.example/', title: 'A', referrer: '' };
    expect(openSession(contact(), page, nowhere, at(31)).set.visits).toBe(2);
    expect(viewPage(contact(), page, at(31)).set.visits).toBe(2);
    expect(trackEvent(contact(), 'x', undefined, at(31), at(31)).set.visits).toBe(2);
    expect(openSession(contact(), page, nowhere, at(5)).set).not.toHaveProperty('visits');
  });

  it('keep what a browser told before when it tells nothing now', () => {
    const device = { browser: 'Firefox 130', os: 'Linux', type: 'desktop' };
    expect(openSession(contact(), undefined, { device, language: 'ru', timezone: '' }, at(1)).set).toMatchObject({
      device,
      language: 'ru',
    });
    const silent = openSession(contact(), undefined, nowhere, at(1)).set;
    expect(silent).not.toHaveProperty('device');
    expect(silent).not.toHaveProperty('timezone');
  });

  it('know their campaign and their referrer', () => {
    expect(utmOf('https://a.example/?utm_source=%20news%20&utm_term=tea')).toEqual({
      source: 'news',
      medium: '',
      campaign: '',
      term: 'tea',
      content: '',
    });
    expect(utmOf('https://a.example/?utm_source=')).toBeUndefined();
    expect(utmOf('not a url')).toBeUndefined();
    expect(utmOf(`https://a.example/?utm_source=${'x'.repeat(500)}`)?.source).toHaveLength(200);
    const page = { url: 'https://a.example/x', title: '' };
    expect(externalReferrer({ ...page, referrer: 'https://a.example/y' })).toBe('');
    expect(externalReferrer({ ...page, referrer: 'https://b.example/y' })).toBe('https://b.example/y');
    expect(externalReferrer({ ...page, referrer: '' })).toBe('');
  });
});

describe('the card', () => {
  it('changes nothing when nothing would change', () => {
    const anna = contact({ name: 'Anna', properties: { plan: 'pro' } });
    expect(changeCard(anna, { name: 'Anna', properties: { plan: 'pro', other: null } })).toBeUndefined();
    expect(identify(anna, {}, at(1))).toBeUndefined();
  });

  it('knows properties named like parts of every object', () => {
    const decision = changeCard(contact(), { properties: { constructor: 'Tatlin', toString: null } });
    expect(decision?.set.properties).toEqual({ constructor: 'Tatlin' });
    expect(changeCard(contact(), { properties: { toString: null } })).toBeUndefined();
  });

  it('removes by an empty text and by null', () => {
    const anna = contact({ email: 'a@b.c', properties: { plan: 'pro', age: 4 } });
    expect(changeCard(anna, { email: '', properties: { plan: null } })).toMatchObject({
      set: { email: '', properties: { age: 4 } },
      events: [{ type: 'contact.changed', changes: { email: '', properties: { plan: null } } }],
    });
  });

  it('has limits for the whole', () => {
    const full = Object.fromEntries(Array.from({ length: LIMITS.properties }, (_, i) => [`k${i}`, i]));
    expect(() => changedProperties(full, { one: 1 })).toThrow('at most 100 properties');
    expect(changedProperties(full, { k0: null, one: 1 })).toHaveProperty('one');
    expect(() => changedProperties({}, { long: 'x'.repeat(MAX_PROPERTIES_LENGTH) })).toThrow('16384 characters');
  });
});

describe('verified users', () => {
  const known = contact({ id: 'c2', userId: 'u', verified: true });

  it('are bound, merged, switched to or begun anew', () => {
    expect(decideAuth(contact(), 'u', undefined)).toBe('bind');
    expect(decideAuth(contact(), 'u', known)).toBe('merge');
    expect(decideAuth(known, 'u', known)).toBe('same');
    const other = contact({ userId: 'v', verified: true });
    expect(decideAuth(other, 'u', known)).toBe('switch');
    expect(decideAuth(other, 'u', undefined)).toBe('start-new');
    expect(bindUser('u', at(1)).set).toMatchObject({ userId: 'u', verified: true });
    expect(sealMerged('c2')).toMatchObject({ set: { mergedInto: 'c2', mergePending: true } });
  });

  it('take over what they lack, once', () => {
    const anonymous = contact({
      firstSeenAt: at(-60),
      lastSeenAt: at(20),
      email: 'a@b.c',
      name: 'Nobody',
      properties: { plan: 'free', city: 'Tver' },
      visits: 3,
      pageViews: 7,
      language: 'en',
      history: [{ id: 'h1', ...historyEntry(at(5), 'event', { name: 'between' }) }],
    });
    const survivor = contact({
      id: 'c2',
      name: 'Anna',
      properties: { plan: 'pro' },
      lastSeenAt: at(10),
      pageViews: 1,
      language: 'ru',
      history: [at(1), at(9)].map((time, i) => ({ id: `h${i + 2}`, ...historyEntry(time, 'page') })),
    });
    const decision = takeOver(survivor, anonymous);
    expect(decision?.set).toMatchObject({
      email: 'a@b.c',
      properties: { plan: 'pro', city: 'Tver' },
      firstSeenAt: at(-60),
      lastSeenAt: at(20),
      visits: 4,
      pageViews: 8,
      language: 'en',
      mergedFrom: ['c1'],
    });
    expect(decision?.set).not.toHaveProperty('name');
    expect(decision?.history?.map(({ id }) => id)).toEqual(['h2', 'h1', 'h3']);
    expect(decision?.events).toEqual([
      { type: 'contact.changed', changes: { email: 'a@b.c', properties: { city: 'Tver' } } },
    ]);
    expect(takeOver({ ...survivor, mergedFrom: ['c1'] }, anonymous)).toBeUndefined();
  });

  it('stay within the limits whatever they take over', () => {
    const entries = (prefix: string, n: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`${prefix}${i}`, i]));
    const long = Array.from({ length: 40 }, (_, i) => ({ id: `x${i}`, ...historyEntry(at(i), 'page') }));
    const decision = takeOver(
      contact({ id: 'c2', properties: entries('a', 60), history: long }),
      contact({ properties: entries('b', 60), history: long }),
    );
    expect(Object.keys(decision?.set.properties ?? {})).toHaveLength(LIMITS.properties);
    expect(decision?.history).toHaveLength(HISTORY_LENGTH);
  });
});
