import { VISIBILITIES, type Visibility } from '@beseda/api';
import { settingsV1 } from '@beseda/contracts';
import { describe, expect, it } from '@jest/globals';
import { type Change, type Copy, Directory, roleValue } from './directory.js';
import { KnownContacts, type Standing } from './known-contacts.js';
import { MergedContacts } from './merged-contacts.js';
import { RateLimits, networkOf } from './rate-limits.js';
import { visibilityName, visibilityValue } from './visibility.js';
import { frameAncestors, originAllowed } from './site-domains.js';

class MemoryCopy<V extends { id: string }> implements Copy<V> {
  known = true;
  readonly #values = new Map<string, V>();
  readonly #listeners = new Set<(change: Change<V>) => void>();

  put(value: V): void {
    const previous = this.#values.get(value.id);
    this.#values.set(value.id, value);
    for (const listener of this.#listeners) listener({ siteId: '', id: value.id, value, previous });
  }
  get = (id: string): V | undefined => this.#values.get(id);
  list = (siteId?: string): V[] =>
    [...this.#values.entries()].flatMap(([id, value]) =>
      siteId === undefined || id.startsWith(siteId) ? [value] : [],
    );
  onChange(listener: (change: Change<V>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  get listeners(): number {
    return this.#listeners.size;
  }
}

const site = (id: string): settingsV1.SiteSettings => ({ ...settingsV1.SiteSettings.create({}), id, name: id });
const operator = (
  id: string,
  roles: Record<string, 'operator' | 'admin'>,
  disabled = false,
  more: Partial<settingsV1.SiteRole> = {},
): settingsV1.OperatorSettings => ({
  ...settingsV1.OperatorSettings.create({}),
  id,
  disabled,
  sites: Object.entries(roles).map(([siteId, role]) =>
    settingsV1.SiteRole.create({ siteId, role: roleValue(role), ...more }),
  ),
});

describe('Directory', () => {
  const sites = new MemoryCopy<settingsV1.SiteSettings>();
  const operators = new MemoryCopy<settingsV1.OperatorSettings>();
  const teams = new MemoryCopy<settingsV1.TeamSettings>();
  const directory = new Directory(sites, operators, teams);
  sites.put(site('02'));
  sites.put(site('01'));

  it('knows roles on sites that exist, of operators who are not disabled', () => {
    const one = operator('o', { '01': 'operator', '02': 'admin', gone: 'admin' });
    expect(directory.roleOn(one, '02')).toBe('admin');
    expect(directory.roleOn(one, 'gone')).toBeUndefined();
    expect(directory.roleOn(operator('d', { '01': 'admin' }, true), '01')).toBeUndefined();
    expect(directory.sitesOf(one).map((s) => s.site.id)).toEqual(['01', '02']);
    expect(directory.highestRole(one)).toEqual({ siteId: '02', role: 'admin' });
  });

  it('makes an actor with all that is kept from him', () => {
    const { VISIBILITY_TEAM } = settingsV1.Visibility;
    const kept = { visibility: VISIBILITY_TEAM, noContactExport: true, noMassMailing: true };
    const base = { kind: 'operator', id: 'o', siteId: '01', role: 'admin' };
    expect(directory.actorOn(operator('o', { '01': 'admin' }), '01')).toEqual(base);
    expect(directory.actorOn(operator('o', { '01': 'admin' }, false, kept), '01')).toEqual({
      ...base,
      visibility: 'team',
      noContactExport: true,
      noMassMailing: true,
    });
    expect(directory.actorOn(operator('o', { '01': 'admin' }, true), '01')).toBeUndefined();
  });

  it('knows whose dialogs somebody sees, by the teams of the site', () => {
    teams.put({ id: '01-sales', name: 'Sales', operatorIds: ['me', 'mate'] });
    teams.put({ id: '01-other', name: 'Other', operatorIds: ['stranger'] });
    teams.put({ id: '02-sales', name: 'Sales', operatorIds: ['me', 'elsewhere'] });
    const seen = (visibility?: Visibility) =>
      ['me', '', 'mate', 'stranger', 'elsewhere'].filter((assigneeId) =>
        directory.sees(
          { kind: 'operator', id: 'me', siteId: '01', role: 'operator', ...(visibility && { visibility }) },
          assigneeId,
        ),
      );
    expect(seen()).toHaveLength(5);
    expect(seen('team')).toEqual(['me', '', 'mate']);
    expect(seen('unassigned')).toEqual(['me', '']);
    expect(seen('own')).toEqual(['me']);
    teams.put({ id: '01-sales', name: 'Sales', operatorIds: ['mate'] });
    expect(seen('team')).toEqual(['me', '']);
    expect(visibilityName(settingsV1.Visibility.UNRECOGNIZED)).toBe('own');
    for (const word of VISIBILITIES) expect(visibilityName(visibilityValue(word))).toBe(word);
  });

  it('waits for the echo of a change, and not for ever', async () => {
    const seen = directory.settled(() => directory.operator('late') !== undefined);
    operators.put(operator('late', {}));
    expect(await seen).toBe(true);
    expect(await directory.settled(() => false, 5)).toBe(false);
    expect(operators.listeners).toBe(0);
  });

  it('tells a stranger from "not read yet"', () => {
    expect(() => directory.requireSite('unknown')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    sites.known = false;
    expect(() => directory.requireSite('unknown')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });
});

describe('domains of a site', () => {
  it.each([
    [[], 'https://anything.example', true],
    [['shop.example'], 'https://shop.example', true],
    [['shop.example'], 'http://www.shop.example:8080', true],
    [['*.shop.example'], 'https://a.shop.example', true],
    [['Shop.Example'], 'https://shop.example', true],
    [['shop.example:8443'], 'https://shop.example:8443', true],
    [['shop.example:8443'], 'https://shop.example', false],
    [['shop.example'], 'https://evilshop.example', false],
    [['shop.example'], 'https://shop.example.evil.test', false],
    [['shop.example'], 'null', false],
    [['"; script-src *'], 'https://x.example', false],
  ])('%j and a page of %s: %s', (domains, origin, allowed) => {
    expect(originAllowed(domains, origin)).toBe(allowed);
  });

  it('become sources of a policy, and nothing else does', () => {
    expect(frameAncestors([])).toBe('*');
    expect(frameAncestors(["evil; script-src 'unsafe-inline'", 'x.example *'])).toBe("'self'");
    expect(frameAncestors(['10.0.0.1'])).toBe("'self' https://10.0.0.1:* http://10.0.0.1:*");
  });
});

describe('RateLimits', () => {
  it('names the limit and counts contacts and addresses apart', async () => {
    const limits = new RateLimits(0.1);
    const by = { address: '203.0.113.1', contactId: 'c' };
    for (let i = 0; i < 6; i += 1) await limits.consume('send', by);
    await expect(limits.consume('send', by)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number),
      detail: expect.stringContaining('At most 6 messages from one visitor in 10 seconds'),
    });
    await limits.consume('send', { ...by, contactId: 'other' });
    await limits.consume('request', by);
  });

  it.each([
    ['203.0.113.1', '203.0.113.1'],
    ['::ffff:203.0.113.1', '203.0.113.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('MergedContacts', () => {
  it('follows chains within a site and survives a circle', () => {
    const merged = new MergedContacts();
    merged.add('s', 'a', 'b');
    merged.add('s', 'b', 'c');
    expect(merged.resolve('s', 'a')).toBe('c');
    expect(merged.resolve('other', 'a')).toBe('a');
    merged.add('s', 'c', 'a');
    expect(['a', 'b', 'c']).toContain(merged.resolve('s', 'a'));
  });
});

describe('KnownContacts', () => {
  const actor = { kind: 'contact', id: 'c', siteId: 's' } as const;

  it('asks once, and believes an event more than an answer that was on its way', async () => {
    const answers: ((standing: Standing | undefined) => void)[] = [];
    const known = new KnownContacts(() => new Promise((resolve) => answers.push(resolve)));
    const first = known.of(actor);
    known.became('s', 'c', 'verified');
    answers[0]?.('anonymous');
    expect(await first).toBe('verified');
    expect(await known.of(actor)).toBe('verified');
    expect(answers).toHaveLength(1);
  });

  it('remembers no outage, and nothing at all when events were missed', async () => {
    const answers: (Standing | undefined)[] = [undefined, 'anonymous', 'gone'];
    const known = new KnownContacts(() => Promise.resolve(answers.shift()));
    expect(await known.of(actor)).toBeUndefined();
    expect(await known.of(actor)).toBe('anonymous');
    expect(await known.of(actor)).toBe('anonymous');
    known.forgetAll();
    expect(await known.of(actor)).toBe('gone');
  });
});
