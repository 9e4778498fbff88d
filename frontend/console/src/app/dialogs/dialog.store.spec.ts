import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { detail, event, message } from '../testing/data.js';
import { FakeApi, FakeLive, refused, setUp, settle } from '../testing/setup.js';
import { DialogStore } from './dialog.store.js';
import { ListStore } from './list.store.js';

const HEAD = 350;
const all = Array.from({ length: HEAD }, (_, i) => message(i + 1, `m${i + 1}`, { minute: i }));

describe('DialogStore', () => {
  let api: FakeApi;
  let live: FakeLive;
  let store: DialogStore;
  const marks: [string, number][] = [];

  beforeEach(async () => {
    marks.length = 0;
    const list = { keepOpen: () => undefined, markRead: (id: string, seq: number) => void marks.push([id, seq]) };
    ({ api, live } = await setUp({ providers: [DialogStore, { provide: ListStore, useValue: list }] }));
    api
      .on('GET', /dialogs\/d1$/, () => detail({ seq: HEAD, unread: 2, readSeq: 5 }))
      .on('GET', /events\?beforeSeq/, (path) => {
        const query = new URL(path, 'http://x').searchParams;
        const before = Number(query.get('beforeSeq'));
        return { events: all.filter((one) => one.seq < before).slice(-Number(query.get('limit'))) };
      })
      .on('GET', /contacts/, () => ({ items: [detail(), detail({ id: 'd2' })] }))
      .on('PUT', /read$/, () => undefined);
    store = TestBed.inject(DialogStore);
  });

  it('opens at the end, then fetches all older messages in order', async () => {
    await store.open('s1', 'd1');
    expect(store.items().length).toBeGreaterThanOrEqual(100);
    await settle(() => store.items().length === HEAD, 'older pages');
    expect(store.items().map((item) => item.seq)).toEqual(all.map((one) => one.seq));
    expect(store.hasOlder()).toBe(false);
    await settle(() => store.others() !== null, 'other dialogs');
    expect(store.others()?.map((one) => one.id)).toEqual(['d2']);
  });

  it('draws the unread line above the messages that were unread at opening', async () => {
    await store.open('s1', 'd1');
    expect(store.blocks().filter((block) => block.kind === 'unread')).toEqual([
      { kind: 'unread', key: 'unread', count: 2 },
    ]);
  });

  it('follows live events in the summary', async () => {
    await store.open('s1', 'd1');
    live.events.next(event(HEAD + 1, 'dialog.closed', { reason: 'manual' }));
    live.events.next(event(HEAD + 1, 'dialog.assigned', { operatorId: 'x', reason: 'manual' }, { dialogId: 'other' }));
    expect([store.summary()?.status, store.summary()?.assigneeId]).toEqual(['closed', null]);
  });

  it('marks as read up to the last event, once', async () => {
    await store.open('s1', 'd1');
    store.seen();
    store.seen();
    await settle(() => api.count('PUT', /read$/) === 1, 'read mark');
    expect(api.calls.find((call) => call.method === 'PUT')?.body).toEqual({ seq: HEAD });
    expect(marks).toEqual([['d1', HEAD]]);
    store.seen();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(api.count('PUT', /read$/)).toBe(1);
  });

  it('gives the name back when assigning is refused', async () => {
    await store.open('s1', 'd1');
    api.on('PUT', /assignee$/, () => {
      throw refused(403, 'PERMISSION_DENIED');
    });
    const attempt = store.assign('op-2');
    expect(store.summary()?.assigneeId).toBe('op-2');
    await expect(attempt).rejects.toThrow('PERMISSION_DENIED');
    expect(store.summary()?.assigneeId).toBeNull();
  });

  it('says what failed, loads again and forgets the answer of a dialog that was left', async () => {
    api.on('GET', /dialogs\/d9$/, () => {
      throw refused(404, 'NOT_FOUND');
    });
    await store.open('s1', 'd9');
    expect([store.problem()?.status, store.loaded()]).toEqual([404, false]);
    const late = store.open('s1', 'd1');
    await store.open('s1', null);
    await late;
    expect([store.summary(), store.loaded()]).toEqual([null, false]);
  });
});
