import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DialogSummary } from '../core/model.js';
import { summary } from '../testing/data.js';
import { FakeApi, FakeLive, refused, setUp, settle } from '../testing/setup.js';
import { DEFAULT_FILTER } from './filter.js';
import { ListStore } from './list.store.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 4, 22, 9, minute)).toISOString();
const row = (id: string, minute: number, part: Partial<DialogSummary> = {}): DialogSummary =>
  summary({ id, lastActivityAt: at(minute), seq: minute, ...part });

describe('ListStore', () => {
  let api: FakeApi;
  let live: FakeLive;
  let store: ListStore;
  let server: DialogSummary[];
  let gone: string[];

  beforeEach(async () => {
    ({ api, live } = await setUp({ providers: [ListStore] }));
    server = [row('a', 30, { unread: 2 }), row('b', 20), row('c', 10)];
    gone = [];
    api
      .on('GET', /\/dialogs\?/, (path) =>
        path.includes('cursor=2')
          ? { items: server.slice(2), nextCursor: null }
          : { items: server.slice(0, 2), nextCursor: server.length > 2 ? '2' : null },
      )
      .on('GET', /counts/, () => ({ all: server.length, mine: 1, unassigned: 1 }))
      .on('POST', /changes/, (_path, body) => {
        const { known } = body as { known: Record<string, number> };
        return {
          changed: server.filter((r) => known[r.id] !== undefined && known[r.id] !== r.seq),
          gone,
          first: { items: server.slice(0, 2), nextCursor: null },
        };
      });
    store = TestBed.inject(ListStore);
    store.show('s1', DEFAULT_FILTER);
    await settle(() => store.loaded(), 'first page');
  });

  const ids = (): string[] => store.rows().map((one) => one.id);
  const changed = async (until: () => boolean): Promise<void> => {
    live.changes.next({ dialogId: 'x' });
    await settle(until, 'changes');
  };

  it('loads page by page to the end', async () => {
    expect([ids(), store.hasMore()]).toEqual([['a', 'b'], true]);
    await store.more();
    expect([ids(), store.hasMore(), store.counts()?.all]).toEqual([['a', 'b', 'c'], false, 3]);
  });

  it('takes changed and new rows and asks once for many changes', async () => {
    server = [row('new', 50), row('b', 40), ...server.filter((one) => one.id !== 'b')];
    for (let i = 0; i < 20; i += 1) live.changes.next({ dialogId: 'b' });
    await changed(() => ids().includes('new'));
    expect(ids()).toEqual(['new', 'b', 'a']);
    expect(api.count('POST', /changes/)).toBe(1);
    expect(api.calls.find((call) => call.path.includes('changes'))?.body).toMatchObject({
      filter: { status: 'open' },
      known: { a: 30, b: 20 },
    });
  });

  it('drops rows that left the filter, but keeps the open one until another is opened', async () => {
    store.keepOpen('a');
    api.on('GET', /dialogs\/a$/, () => row('a', 31, { status: 'closed' }));
    gone = ['a', 'b'];
    server = [];
    await changed(() => store.rows()[0]?.status === 'closed');
    expect(ids()).toEqual(['a']);
    store.keepOpen('z');
    await settle(() => ids().length === 0, 'row left');
  });

  it('keeps rows on screen in place while they are held and says how many came above', async () => {
    store.held = () => ({ from: 0, to: 1 });
    const moved: number[] = [];
    store.onAbove = (rows) => moved.push(rows);
    server = [row('new', 60), row('b', 50), row('a', 30)];
    await changed(() => store.newAbove() > 0);
    expect([ids(), moved, store.newAbove()]).toEqual([['new', 'a', 'b'], [1], 1]);
    store.settle();
    expect([ids(), store.newAbove()]).toEqual([['new', 'b', 'a'], 0]);
  });

  it('loads anew when a whole page of unknown dialogs came, so that none between is missed', async () => {
    const many = Array.from({ length: 40 }, (_, i) => row(`n${i}`, 59 - i));
    api
      .on('POST', /changes/, () => ({ changed: [], gone: [], first: { items: many.slice(0, 30), nextCursor: '30' } }))
      .on('GET', /\/dialogs\?/, () => ({ items: many.slice(0, 30), nextCursor: '30' }));
    await changed(() => ids().length === 30);
    expect([ids()[0], ids().includes('a'), store.hasMore()]).toEqual(['n0', false, true]);
  });

  it('asks again for what changed while the list was loading', async () => {
    let release: () => void = () => undefined;
    const first = { items: server.slice(0, 2), nextCursor: null };
    api.on('GET', /\/dialogs\?/, () => new Promise((resolve) => (release = () => resolve(first))));
    const loading = store.reload();
    server = [row('late', 59), ...server];
    live.changes.next({ dialogId: 'late' });
    await new Promise((resolve) => setTimeout(resolve, 250));
    release();
    await loading;
    await settle(() => ids().includes('late'), 'late row');
  });

  it('shows no unread counter for what was read here, even if an older answer comes later', async () => {
    store.markRead('a', 30);
    expect(store.rows()[0]?.unread).toBe(0);
    await store.reload();
    expect(store.rows()[0]?.unread).toBe(0);
    server = [row('a', 35, { unread: 1 }), ...server.slice(1)];
    await changed(() => store.rows()[0]?.unread === 1);
  });

  it('says what failed and keeps the old rows', async () => {
    api.on('GET', /\/dialogs\?/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await store.reload();
    expect([store.problem()?.code, ids()]).toEqual(['UNAVAILABLE', ['a', 'b']]);
  });

  it('knows a site without any dialog from an empty view', async () => {
    server = [];
    store.show('s1', { ...DEFAULT_FILTER, view: 'mine' });
    await settle(() => !store.loading(), 'empty');
    expect(store.firstRun()).toBe(true);
    server = [row('a', 1)];
    await store.reload();
    expect(store.firstRun()).toBe(false);
  });
});
