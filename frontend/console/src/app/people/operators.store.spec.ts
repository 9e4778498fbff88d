import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
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
    await store.open('s1');
  });

  it('loads people, teams and where mails go', () => {
    expect(store.items()?.map((one) => one.id)).toEqual(['op-1', 'op-2']);
    expect(store.teamNames(['t1', 'gone'])).toBe('Розница');
    expect(store.mail()).toMatchObject({ server: false });
  });

  it('works without knowing where mails go', async () => {
    api.on('GET', /\/mail$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await store.open('s2');
    expect([store.items()?.length, store.problem()]).toEqual([2, null]);
  });

  it('says why nothing is shown, and shows it after another try', async () => {
    api.on('GET', /\/operators\/manage$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await store.reload();
    expect([store.items(), store.problem()?.code]).toEqual([null, 'UNAVAILABLE']);
    api.on('GET', /\/operators\/manage$/, () => ({ items }));
    await store.reload();
    expect(store.items()).toHaveLength(2);
  });

  it('keeps what is shown when a refresh fails', async () => {
    api.on('GET', /\/operators\/manage$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await store.refresh();
    expect([store.items()?.length, store.problem()]).toEqual([2, null]);
  });

  it.each(['operator', 'team'])('reads anew when the server tells of a changed %s', async (kind) => {
    items = [item('op-1', { name: 'Новое имя' })];
    live.notices.next({ name: 'settings.changed', body: { siteId: 's1', kind, id: 'x', version: 2 } });
    await settle(() => store.items()?.length === 1, 'new list');
    expect(store.find('op-1')?.name).toBe('Новое имя');
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
    expect(store.items()).toHaveLength(2);
    api.on('DELETE', /\/operators\/op-2$/, () => undefined);
    await store.remove('op-2');
    expect(store.items()?.map((one) => one.id)).toEqual(['op-1']);
  });
});
