import { type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Sites } from '../core/sites.js';
import { refused, setUp, settle, type FakeApi, type FakeLive } from '../testing/setup.js';
import { siteList, type SiteList } from './site-list.js';

interface Thing {
  readonly id: string;
  readonly name?: string;
}

describe('siteList', () => {
  let api: FakeApi;
  let live: FakeLive;
  let list: SiteList<Thing, { readonly total: number }>;
  let items: readonly Thing[];

  beforeEach(async () => {
    ({ api, live } = await setUp());
    items = [{ id: 'a' }, { id: 'b' }];
    api.on('GET', /\/s1\/things$/, () => ({ items, total: 7 }));
    list = TestBed.runInInjectionContext(() => siteList({ path: 'things', live: ['thing'] }));
  });

  const loaded = (): Promise<void> => settle(() => list.items() !== null, 'the list');
  const ids = (): readonly string[] | undefined => list.items()?.map((one) => one.id);

  it('reads the list of the present site, and what comes with it', async () => {
    expect([list.items(), list.loading(), list.problem()]).toEqual([null, true, null]);
    await loaded();
    expect([ids(), list.loading(), list.answer()?.total, list.find('b')]).toEqual([['a', 'b'], false, 7, { id: 'b' }]);
  });

  it('shows nothing of a site that was left, even when its answer comes late', async () => {
    await loaded();
    let answer = (_value: unknown): void => undefined;
    api.on('GET', /\/s1\/things$/, () => new Promise((resolve) => (answer = resolve)));
    api.on('GET', /\/s2\/things$/, () => ({ items: [{ id: 'z' }], total: 1 }));
    const late = list.refresh();
    (TestBed.inject(Sites).currentId as WritableSignal<string | null>).set('s2');
    expect(list.items()).toBeNull();
    await settle(() => ids()?.[0] === 'z', 'the other site');
    answer({ items: [{ id: 'old' }], total: 1 });
    await late;
    expect(ids()).toEqual(['z']);
  });

  it('says why there is nothing, and is empty-handed no longer after another try', async () => {
    api.on('GET', /\/things$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    (TestBed.inject(Sites).currentId as WritableSignal<string | null>).set('s2');
    await settle(() => list.problem() !== null, 'the failure');
    expect([list.items(), list.problem()?.code, list.loading()]).toEqual([null, 'UNAVAILABLE', false]);
    api.on('GET', /\/things$/, () => ({ items, total: 2 }));
    list.reload();
    expect([list.problem(), list.loading()]).toEqual([null, true]);
    await loaded();
    expect(ids()).toEqual(['a', 'b']);
  });

  it('keeps what is shown when reading again fails', async () => {
    await loaded();
    api.on('GET', /\/things$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await list.refresh();
    expect([ids(), list.problem()]).toEqual([['a', 'b'], null]);
    await expect(list.fetch()).rejects.toMatchObject({ problem: { code: 'UNAVAILABLE' } });
  });

  it('reads again after a change of its kind and after a reconnect, not after other news', async () => {
    await loaded();
    live.notices.next({ name: 'settings.changed', body: { kind: 'tag' } });
    live.notices.next({ name: 'presence', body: { kind: 'thing' } });
    live.notices.next({ name: 'settings.changed', body: null });
    expect(api.count('GET', /things/)).toBe(1);
    items = [{ id: 'c' }];
    live.notices.next({ name: 'settings.changed', body: { kind: 'thing' } });
    await settle(() => ids()?.[0] === 'c', 'the change');
    items = [{ id: 'd' }];
    live.refreshes.next();
    await settle(() => ids()?.[0] === 'd', 'the reconnect');
    expect(api.count('GET', /things/)).toBe(3);
  });

  it('shows a change before it is read again', async () => {
    await loaded();
    list.put({ id: 'b', name: 'B' });
    list.put({ id: 'c' });
    list.drop('a');
    expect([list.items(), list.answer()?.total]).toEqual([[{ id: 'b', name: 'B' }, { id: 'c' }], 7]);
  });

  it('has parts that come with the same answer', async () => {
    const part = list.part((answer) => [{ id: String(answer.total) }]);
    expect(part.items()).toBeNull();
    await loaded();
    expect([part.items(), part.find('7'), part.live]).toEqual([[{ id: '7' }], { id: '7' }, true]);
  });

  it('sends requests about its items to their address', async () => {
    api.on('PATCH', /./, (path) => ({ path }));
    expect(await list.send('PATCH', '/b', { name: 'B' })).toEqual({ path: '/api/sites/s1/things/b' });
  });
});
