import type { BroadcastOptions, ReceivedRecord } from '@beseda/bus';
import { settingRecord, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { seededRandom, until } from '@beseda/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { SettingsCopies, type SettingsCopiesOptions } from './settings-copies.js';
import type { SettingsStore } from './settings-store.js';

const site = (id: string, version: number, name = `${id} v${version}`): settingsV1.Setting =>
  settingsV1.Setting.fromPartial({
    kind: 'site',
    siteId: id,
    id,
    version,
    value: { $case: 'site', value: { id, name } },
  });
const operator = (id: string, version: number): settingsV1.Setting =>
  settingsV1.Setting.fromPartial({ kind: 'operator', id, version, value: { $case: 'operator', value: { id } } });
const deleted = (id: string, version: number): settingsV1.Setting =>
  settingsV1.Setting.fromPartial({ kind: 'site', siteId: id, id, version, deleted: true });

class FakeBus {
  options: BroadcastOptions | undefined;
  closed = false;
  async broadcast(options: BroadcastOptions): Promise<{ close(): Promise<void> }> {
    this.options = options;
    return { close: async () => void (this.closed = true) };
  }
  async send(setting: settingsV1.Setting): Promise<void> {
    const record: ReceivedRecord = { ...settingRecord(setting, 'c'), partition: 0, offset: 0, timestamp: 0 };
    await this.options?.handler(record, { signal: new AbortController().signal });
  }
}

/** The service that owns the settings. */
class FakeOwner {
  settings: settingsV1.Setting[] = [];
  down = false;
  asked = 0;
  readonly snapshot: SettingsCopiesOptions['snapshot'] = async (kind) => {
    this.asked += 1;
    if (this.down) throw appError('UNAVAILABLE', 'owner down');
    return this.settings.filter((setting) => setting.kind === kind);
  };
}

class FakeStore implements SettingsStore {
  readonly kept = new Map<string, settingsV1.Setting>();
  readonly kinds = new Set<string>();
  down = false;
  load = async (): Promise<settingsV1.Setting[]> => [...this.kept.values()];
  save = async (setting: settingsV1.Setting): Promise<void> => {
    if (this.down) throw appError('UNAVAILABLE', 'store down');
    if ((this.kept.get(setting.id)?.version ?? 0) < setting.version) this.kept.set(setting.id, setting);
  };
  remove = async ({ id }: settingsV1.Setting): Promise<void> => void this.kept.delete(id);
  knownKinds = async (): Promise<string[]> => [...this.kinds];
  markKnown = async (kind: string): Promise<void> => {
    if (this.down) throw appError('UNAVAILABLE', 'store down');
    this.kinds.add(kind);
  };
}

const running: SettingsCopies[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((copies) => copies.close()));
});

function given(options: Partial<SettingsCopiesOptions> = {}) {
  const bus = new FakeBus();
  const owner = new FakeOwner();
  const store = new FakeStore();
  const copies = new SettingsCopies({
    kinds: ['site', 'operator'],
    bus,
    store,
    snapshot: owner.snapshot,
    firstWaitMs: 10,
    ...options,
  });
  running.push(copies);
  return { bus, owner, store, copies, sites: copies.of('site') };
}

describe('SettingsCopies', () => {
  it('starts from the owner, keeps what it got, and reads from memory', async () => {
    const { owner, store, copies, sites } = given({ firstWaitMs: 5_000 });
    owner.settings = [site('a', 3), site('b', 1), operator('o', 1)];
    await copies.start();
    expect(copies.ready).toBe(true);
    expect(sites.get('a')?.name).toBe('a v3');
    expect(sites.require('b').id).toBe('b');
    expect(sites.list().map(({ id }) => id)).toEqual(['a', 'b']);
    expect(sites.list('a').map(({ id }) => id)).toEqual(['a']);
    expect(sites.version('a')).toBe(3);
    expect(copies.of('operator').get('o')?.id).toBe('o');
    expect(() => sites.require('x')).toThrow(/NOT_FOUND/);
    await until(() => store.kept.size === 3, { what: 'copies stored' });
  });

  it('starts without the owner from what was stored, and catches up when it is back', async () => {
    const { owner, store, copies, sites } = given();
    owner.down = true;
    store.kept.set('a', site('a', 1));
    store.kept.set('o', operator('o', 1));
    await copies.start();
    expect(copies.ready).toBe(true);
    expect(sites.get('a')?.name).toBe('a v1');
    owner.settings = [site('a', 2), operator('o', 1)];
    owner.down = false;
    await until(() => sites.version('a') === 2, { what: 'caught up' });
  });

  it('remembers that a kind has no settings, so that a start without the owner works then too', async () => {
    const first = given({ kinds: ['site', 'team'] });
    first.owner.settings = [site('a', 1)];
    await first.copies.start();
    await until(() => first.store.kinds.has('team'), { what: 'the kind to be marked' });
    await first.copies.close();
    const again = given({ kinds: ['site', 'team'], store: first.store });
    again.owner.down = true;
    await again.copies.start();
    expect(again.copies.ready).toBe(true);
    expect(again.copies.of('team').list()).toEqual([]);
  });

  it('is not ready, and says so, while it has never had a copy', async () => {
    const { owner, copies, sites } = given();
    owner.down = true;
    await copies.start();
    expect(copies.ready).toBe(false);
    await expect(copies.readiness().check()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(() => sites.require('a')).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    owner.down = false;
    await copies.whenReady();
    await copies.readiness().check();
    expect(() => sites.require('a')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('takes the higher version, whichever way it comes', async () => {
    const { bus, owner, store, copies, sites } = given({ firstWaitMs: 5_000 });
    owner.settings = [site('a', 2)];
    await copies.start();
    await bus.send(site('a', 1));
    expect(sites.get('a')?.name).toBe('a v2');
    await bus.send(site('a', 4));
    expect(sites.get('a')?.name).toBe('a v4');
    await copies.reconcile(); // the owner's replica is behind
    expect(sites.get('a')?.name).toBe('a v4');
    await bus.send(deleted('a', 5));
    expect(sites.get('a')).toBeUndefined();
    expect(sites.version('a')).toBe(5);
    await bus.send(site('a', 4)); // a late event does not bring it back
    expect(sites.get('a')).toBeUndefined();
    expect(store.kept.get('a')?.deleted).toBe(true);
    await bus.send(settingsV1.Setting.fromPartial({ kind: 'unknown', id: 'x', version: 1 }));
  });

  it('forgets what the owner does not know, but nothing that came while it was asked', async () => {
    const { owner, store, copies, sites } = given({ firstWaitMs: 5_000 });
    owner.settings = [site('a', 1), site('b', 1)];
    await copies.start();
    await copies.reconcile(); // the comparison of the start has ended
    owner.settings = [site('a', 1)];
    await copies.reconcile();
    expect(sites.get('b')).toBeUndefined();
    expect(store.kept.has('b')).toBe(false);

    // An event of a setting the snapshot does not have yet comes while the owner is being asked.
    const racing = given({
      snapshot: async (kind) => {
        if (kind !== 'site' || racing.sites.version('c') === 2) return [site('c', 2)];
        await racing.bus.send(site('c', 2));
        return [];
      },
    });
    racing.store.kept.set('c', site('c', 1));
    await racing.copies.start();
    await racing.copies.reconcile();
    expect(racing.sites.get('c')?.name).toBe('c v2');
  });

  it('asks the owner again when events may have been missed', async () => {
    const { bus, owner, copies, sites } = given({ firstWaitMs: 5_000 });
    owner.settings = [site('a', 1)];
    await copies.start();
    owner.settings = [site('a', 2)];
    const listening = () => owner.asked === 2; // both kinds, once: now it waits for the next time
    await until(listening, { what: 'first comparison' });
    await until(
      () => {
        bus.options?.onResync?.({ reason: 'position-lost', topic: 't' });
        return sites.version('a') === 2;
      },
      { what: 'resync' },
    );
  });

  it('stores later what could not be stored at once', async () => {
    const { bus, owner, store, copies } = given({ firstWaitMs: 5_000 });
    owner.settings = [site('a', 1)];
    store.down = true;
    await copies.start();
    await bus.send(site('a', 2));
    expect(store.kept.size).toBe(0);
    store.down = false;
    await copies.reconcile();
    expect(store.kept.get('a')?.version).toBe(2);
  });

  it('tells changes, and no listener harms another', async () => {
    const { bus, owner, copies, sites } = given({ firstWaitMs: 5_000 });
    owner.settings = [site('a', 1)];
    const seen: unknown[] = [];
    sites.onChange(() => {
      throw new Error('defect');
    });
    const stop = sites.onChange(({ id, version, value, previous }) => {
      seen.push([id, version, value?.name, previous?.name]);
      expect(sites.get(id)).toBe(value);
    });
    await copies.start();
    await bus.send(site('a', 1));
    await bus.send(site('a', 2));
    await bus.send(deleted('a', 3));
    await bus.send(deleted('a', 4));
    stop();
    await bus.send(site('a', 5));
    expect(seen).toEqual([
      ['a', 1, 'a v1', undefined],
      ['a', 2, 'a v2', 'a v1'],
      ['a', 3, undefined, 'a v2'],
    ]);
  });

  it('ends up with the newest of everything, in whatever order it comes', async () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const random = seededRandom(seed);
      const { bus, owner, store, copies, sites } = given();
      const ids = ['a', 'b', 'c'];
      const history = ids.flatMap((id) =>
        Array.from({ length: 6 }, (_, index) => (random.bool(0.2) ? deleted(id, index + 1) : site(id, index + 1))),
      );
      const newest = ids.map((id) => history.filter((setting) => setting.id === id).at(-1));
      const snapshotAt = (version: number) => history.filter((setting) => setting.version === version);
      owner.settings = snapshotAt(random.int(1, 6));
      await copies.start();
      for (const setting of random.shuffle([...history, ...history])) {
        if (random.bool(0.2)) owner.settings = snapshotAt(random.int(1, 6));
        if (random.bool(0.2)) await copies.reconcile();
        await bus.send(setting);
      }
      for (const setting of newest) {
        if (!setting) throw new Error('no history');
        expect(sites.version(setting.id)).toBe(6);
        expect(sites.get(setting.id) === undefined).toBe(setting.deleted);
        expect(store.kept.get(setting.id)?.version).toBe(6);
      }
    }
  });

  it('closes at once, even when the owner does not answer', async () => {
    const registry = new Registry();
    const { bus, copies } = given({ snapshot: () => new Promise(() => undefined), registry });
    await copies.start();
    await copies.close();
    expect(bus.closed).toBe(true);
    expect(await registry.metrics()).toContain('beseda_settings_reconcile_failures_total');
  });
});
