import { beforeEach, describe, expect, it } from '@jest/globals';
import { type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Sites } from '../core/sites.js';
import { refused, setUp, settle, type FakeApi, type FakeLive } from '../testing/setup.js';
import { NEW_PERSON } from './model.js';
import { OperatorsStore } from './operators.store.js';

const item = (id: string, part: object = {}) => ({
  id,
  name: id,
  email: `${id}@x.example`,
  teamIds: [],
  version: 1,
  ...part,
});

describe('OperatorsStore', () => {
  let api: FakeApi;
  let live: FakeLive;
  let store: OperatorsStore;
  let items: object[];

  beforeEach(async () => {
    ({ api, live } = await setUp({ providers: [OperatorsStore] }));
    items = [item('op-1'), item('op-2')];
    api
      .on('GET', /\/operators\/manage$/, () => ({ items }))
      .on('GET', /\/teams$/, () => ({ items: [{ id: 't1', name: 'Розница', operatorIds: ['op-1'], version: 1 }] }))
      .on('GET', /\/mail$/, () => ({ server: false, from: 'a@b.example' }));
    store = TestBed.inject(OperatorsStore);
    await settle(() => store.list.items() !== null, 'the list');
  });

  it('loads people, teams and where mails go', () => {
    expect(store.list.items()?.map((one) => one.id)).toEqual(['op-1', 'op-2']);
    expect(store.teamNames(['t1', 'gone'])).toBe('Розница');
    expect(store.mail()).toMatchObject({ server: false });
  });

  it('works without knowing where mails go, and asks again with the next site', async () => {
    api.on('GET', /\/mail$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    (TestBed.inject(Sites).currentId as WritableSignal<string | null>).set('s2');
    await settle(
      () => api.count('GET', /\/s2\/operators\/manage$/) === 1 && store.list.items() !== null,
      'the other site',
    );
    expect([store.list.items()?.length, store.list.problem(), store.mail()]).toEqual([2, null, null]);
  });

  it('keeps what is shown when a refresh fails', async () => {
    api.on('GET', /\/operators\/manage$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await store.list.refresh();
    expect([store.list.items()?.length, store.list.problem()]).toEqual([2, null]);
  });

  it.each(['operator', 'team'])('reads anew when the server tells of a changed %s', async (kind) => {
    items = [item('op-1', { name: 'Новое имя' })];
    live.notices.next({ name: 'settings.changed', body: { siteId: 's1', kind, id: 'x', version: 2 } });
    await settle(() => store.list.items()?.length === 1, 'new list');
    expect(store.list.find('op-1')?.name).toBe('Новое имя');
  });

  it('leaves the list alone for other news', async () => {
    const before = api.count('GET', /\/operators\/manage$/);
    live.notices.next({ name: 'settings.changed', body: { kind: 'tag' } });
    live.notices.next({ name: 'presence', body: { operatorId: 'op-1', state: 'online' } });
    live.notices.next({ name: 'settings.changed', body: null });
    expect(api.count('GET', /\/operators\/manage$/)).toBe(before);
  });

  it('invites with everything that was chosen', async () => {
    api.on('POST', /\/operators$/, () => ({ operatorId: 'op-3', invitation: null }));
    await store.invite({ ...NEW_PERSON, name: 'Глеб', email: 'g@x.example', teamIds: ['t1'] }, 'ru');
    expect(api.calls.at(-1)?.body).toEqual({
      name: 'Глеб',
      internalName: '',
      email: 'g@x.example',
      role: 'operator',
      visibility: 'all',
      noContactExport: false,
      noMassMailing: false,
      teamIds: ['t1'],
      locale: 'ru',
    });
  });

  it('takes a removed person off the list only after the server did', async () => {
    api.on('DELETE', /\/operators\/op-2$/, () => {
      throw refused(409, 'FAILED_PRECONDITION');
    });
    await expect(store.remove('op-2')).rejects.toMatchObject({ problem: { status: 409 } });
    expect(store.list.items()).toHaveLength(2);
    api.on('DELETE', /\/operators\/op-2$/, () => undefined);
    await store.remove('op-2');
    expect(store.list.items()?.map((one) => one.id)).toEqual(['op-1']);
  });
});
