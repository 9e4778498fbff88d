import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { ME, setUp, settle, type FakeApi, type FakeLive } from '../testing/setup.js';
import { PresenceStore } from './presence.js';

describe('PresenceStore', () => {
  let api: FakeApi;
  let live: FakeLive;
  let presence: PresenceStore;
  let items: object[];

  beforeEach(async () => {
    ({ api, live } = await setUp());
    items = [{ operatorId: 'op-2', state: 'online', since: null }];
    api.on('GET', /\/sites\/s1\/presence$/, () => ({ items }));
    presence = TestBed.inject(PresenceStore);
    await presence.enter('s1');
  });

  it('knows who is there and follows the server', () => {
    expect(presence.of('op-2')?.state).toBe('online');
    live.notices.next({ name: 'presence', body: { siteId: 's1', operatorId: 'op-2', state: 'away', since: null } });
    expect(presence.of('op-2')?.state).toBe('away');
    expect(presence.onlineCount()).toBe(0);
  });

  it('ignores other sites and what it cannot read', () => {
    live.notices.next({ name: 'presence', body: { siteId: 's2', operatorId: 'op-2', state: 'offline', since: null } });
    live.notices.next({ name: 'presence', body: null });
    live.notices.next({ name: 'settings.changed', body: { siteId: 's1', operatorId: 'op-2', state: 'offline' } });
    expect(presence.of('op-2')?.state).toBe('online');
  });

  it('reads all states again after the connection was away', async () => {
    items = [];
    live.refreshes.next();
    await settle(() => presence.of('op-2') === undefined, 'states read anew');
  });

  it('is present by the connection alone, until away is chosen', async () => {
    expect(presence.mine()).toBe('online');
    api.on('PUT', /\/api\/account\/status$/, () => ({ state: 'away' }));
    await presence.choose('away');
    expect([presence.mine(), presence.of(ME.id)?.state]).toEqual(['away', 'away']);
  });
});
