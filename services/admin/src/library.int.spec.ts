import type { Actor } from '@beseda/auth';
import { BUS, type Bus, BusConsumers } from '@beseda/bus';
import { type adminV1, eventsV1, type settingsV1 } from '@beseda/contracts';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { DEFAULT_HOURS } from './domain/hours.js';
import { FIRST_PASSWORD, testEnv } from './testing/running-admin.js';
import { type RunningSites, newest, person, startSites } from './testing/running-sites.js';

describe('tags and hours of a site', () => {
  let mongo: TestMongo;
  let env: Record<string, string>;
  let sites: RunningSites;
  let published: settingsV1.Setting[];
  beforeAll(async () => {
    mongo = await startTestMongo();
    env = testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD });
    sites = await startSites(env);
    published = await sites.listen();
  });
  afterAll(async () => {
    await sites?.stop();
    await mongo?.stop();
  });

  const options = (siteId: string, id = 'admin-1') => ({ actor: person(siteId, 'admin', id), retry: false });
  const list = async (siteId: string, running = sites): Promise<adminV1.Tag[]> =>
    (await running.library.call('listTags', {}, { actor: person(siteId, 'operator') })).items;
  const create = async (siteId: string, name: string, color = ''): Promise<adminV1.Tag> => {
    const { tag } = await sites.library.call('createTag', { name, color }, options(siteId));
    if (!tag) throw new Error('an answer without a tag');
    return tag;
  };
  const update = (siteId: string, change: adminV1.UpdateTagRequest, id = 'admin-1') =>
    sites.library.call('updateTag', change, options(siteId, id));
  const merge = (siteId: string, id: string, intoId: string) =>
    sites.library.call('mergeTags', { id, intoId }, options(siteId));
  const remove = (siteId: string, id: string) => sites.library.call('deleteTag', { id }, options(siteId));
  const valueOf = (id: string): settingsV1.TagSettings | undefined => {
    const value = newest(published, 'tag', id)?.value;
    return value?.$case === 'tag' ? value.value : undefined;
  };
  const collection = (name: string) => sites.service.app.get<Connection>(MONGO_CONNECTION).collection(name);
  const audited = async (siteId: string): Promise<string[]> =>
    (await collection('audit').find({ siteId }).sort({ _id: 1 }).toArray()).map(({ action }) => String(action));

  describe('tags', () => {
    it('are made, renamed, recoloured, merged and removed, and published each time', async () => {
      const siteId = await sites.createSite('Tags');
      const refund = await create(siteId, ' Refund ', '#ABCDEF');
      const vip = await create(siteId, 'VIP');
      expect(refund).toMatchObject({ name: 'Refund', color: '#abcdef', version: 1 });
      expect(vip.color).toMatch(/^#[0-9a-f]{6}$/);
      const { tag } = await update(siteId, { id: refund.id, version: 1, name: 'Money back' });
      expect(tag).toMatchObject({ name: 'Money back', version: 2 });
      await until(() => valueOf(refund.id)?.name === 'Money back', { what: 'the new name on the bus' });
      expect(valueOf(refund.id)).toMatchObject({ formerNames: ['Refund'], removed: false });

      await merge(siteId, refund.id, vip.id);
      await until(() => newest(published, 'tag', refund.id)?.deleted, { what: 'the merged tag gone' });
      await until(() => valueOf(vip.id)?.formerNames.length === 2, { what: 'its names at the other' });
      expect(valueOf(vip.id)?.formerNames).toEqual(['Refund', 'Money back']);
      await merge(siteId, refund.id, vip.id);
      expect(await list(siteId)).toMatchObject([{ id: vip.id, version: 2 }]);

      await remove(siteId, vip.id);
      await remove(siteId, vip.id);
      await until(() => valueOf(vip.id)?.removed, { what: 'the removal on the bus' });
      expect(newest(published, 'tag', vip.id)).toMatchObject({ version: 3, deleted: false, siteId });
      expect(await list(siteId)).toEqual([]);
      expect(await audited(siteId)).toEqual([
        ...['site.created', 'tag.created', 'tag.created', 'tag.updated', 'tag.merged', 'tag.deleted'],
      ]);
    });

    it('stay as marks in the snapshot, so that a late copy brings none back', async () => {
      const siteId = await sites.createSite('Marks');
      const [kept, gone, merged] = [
        await create(siteId, 'kept'),
        await create(siteId, 'gone'),
        await create(siteId, 'merged'),
      ];
      await merge(siteId, merged.id, kept.id);
      await remove(siteId, gone.id);
      const snapshot = (await sites.snapshot('tag')).filter((setting) => setting.siteId === siteId);
      expect(
        snapshot.map(({ id, version, deleted, value }) => ({ id, version, deleted, removed: value?.value })),
      ).toEqual([
        { id: kept.id, version: 2, deleted: false, removed: expect.objectContaining({ removed: false }) },
        { id: gone.id, version: 2, deleted: false, removed: expect.objectContaining({ removed: true }) },
        { id: merged.id, version: 2, deleted: true, removed: undefined },
      ]);
    });

    it('refuse what is wrong by field, and what is somebody else’s', async () => {
      const siteId = await sites.createSite('Wrong tags');
      const tag = await create(siteId, 'Ёлка');
      const wrong = (name: string, color = '') => sites.library.call('createTag', { name, color }, options(siteId));
      await expect(wrong('ёлка')).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
        fields: [{ path: 'name', code: 'already_exists' }],
      });
      await expect(wrong(' ')).rejects.toMatchObject({ fields: [{ path: 'name', code: 'required' }] });
      await expect(wrong('x'.repeat(41), 'red')).rejects.toMatchObject({
        fields: [
          { path: 'name', code: 'too_long' },
          { path: 'color', code: 'invalid_value' },
        ],
      });
      await expect(merge(siteId, tag.id, tag.id)).rejects.toMatchObject({ fields: [{ path: 'intoId' }] });
      await expect(update(sites.siteId, { id: tag.id, version: 1, name: 'mine' })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      await expect(remove(sites.siteId, tag.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(
        sites.library.call('createTag', { name: 'x', color: '' }, { actor: person(siteId, 'operator') }),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(await list(sites.siteId)).toEqual([]);
    });

    it('tell the second of two admins, and lose nothing when many work at once', async () => {
      const siteId = await sites.createSite('Contested tags');
      const tag = await create(siteId, 'one');
      const outcomes = await Promise.allSettled([
        update(siteId, { id: tag.id, version: 1, name: 'two' }, 'admin-1'),
        update(siteId, { id: tag.id, version: 1, name: 'three' }, 'admin-2'),
      ]);
      const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      expect(refused.map(({ reason }) => reason as object)).toMatchObject([
        { code: 'ABORTED', fields: [{ code: 'stale_version' }] },
      ]);
      const names = Array.from({ length: 12 }, (_, i) => `tag ${String(i).padStart(2, '0')}`);
      const made = await Promise.allSettled([...names, 'TAG 00'].map((name) => create(siteId, name)));
      expect(made.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      const all = await list(siteId);
      expect(all).toHaveLength(13);
      await until(() => all.every(({ id }) => valueOf(id)), { what: 'every tag on the bus' });
    });

    it('come from dialogs, once, whatever is repeated or late', async () => {
      const siteId = await sites.createSite('Used tags');
      const known = await create(siteId, 'Known');
      const before = new Date();
      await sites.tagged(siteId, ['known', 'Fresh', 'fresh']);
      await until(async () => (await list(siteId)).length === 2, { what: 'the used tag' });
      const fresh = (await list(siteId)).find(({ name }) => name === 'Fresh');
      await update(siteId, { id: fresh?.id ?? '', version: 1, name: 'Renamed' });
      await remove(siteId, known.id);
      // Repeated, under a former name, late after a removal, in a dialog that is rewritten: nothing new. The last one shows that all were read.
      await sites.tagged(siteId, ['FRESH', 'Known'], before);
      await sites.tagged(siteId, ['Known'], new Date(), eventsV1.ActorKind.ACTOR_KIND_SERVICE);
      await sites.tagged(siteId, ['x'.repeat(60), 'Known', 'Last'], before);
      await until(async () => (await list(siteId)).some(({ name }) => name === 'Last'), { what: 'the last tag' });
      expect((await list(siteId)).map(({ name }) => name)).toEqual(['Last', 'Renamed']);
      // Used again after it was removed: it is there anew.
      await sites.tagged(siteId, ['Known']);
      await until(async () => (await list(siteId)).length === 3, { what: 'the tag used anew' });
      const anew = (await list(siteId)).find(({ name }) => name === 'Known');
      expect(anew?.id).not.toBe(known.id);
      expect(await audited(siteId)).toContain('tag.added');
      expect(await sites.service.app.get(BusConsumers).parkedKeys()).toEqual([]);
    });

    it('come from dialogs past an event that is damaged or erased', async () => {
      const siteId = await sites.createSite('Poisoned tags');
      const headers = { ce_type: 'dialog.tagged', ce_id: 'damaged', ce_source: 'dialogs' };
      const bus = sites.service.app.get<Bus>(BUS);
      await bus.publish([
        { topic: 'beseda.dialogs.v1', key: 'damaged', value: Buffer.from([0xff, 0xff]), headers },
        { topic: 'beseda.dialogs.v1', key: 'empty', value: Buffer.alloc(0), headers },
      ]);
      await sites.tagged(siteId, []);
      await sites.tagged(siteId, ['After']);
      await until(async () => (await list(siteId)).length === 1, { what: 'the tag after the damage' });
      const parked = (): Promise<{ key: string }[]> => sites.service.app.get(BusConsumers).parkedKeys();
      await until(async () => (await parked()).length === 1, { what: 'the damaged event parked' });
      expect(await parked()).toMatchObject([{ key: 'damaged' }]);
    });

    it('are published by whoever comes next when the process died in between', async () => {
      const siteId = await sites.createSite('Killed');
      const tag = await create(siteId, 'Before');
      await until(() => valueOf(tag.id), { what: 'the tag on the bus' });
      await until(
        async () =>
          (await collection('tag_catalogues').findOne({ _id: siteId as never }))?.['outboxSince'] === undefined,
        { what: 'an empty outbox' },
      );
      const entry = {
        ...{ _id: 'left-behind', siteId, seq: 2, correlationId: 'c' },
        tag: { id: tag.id, version: 2, name: 'After', color: '#111111', formerNames: ['Before'], state: 'active' },
      };
      await collection('tag_catalogues').updateOne({ _id: siteId as never }, {
        $set: { tags: [entry.tag], seq: 2, version: 2, outboxSince: new Date(0) },
        $push: { outbox: entry },
      } as never);
      const replica = await startSites(env);
      await until(() => valueOf(tag.id)?.name === 'After', { what: 'what was left behind' });
      expect(await list(siteId, replica)).toMatchObject([{ name: 'After', version: 2 }]);
      await replica.stop();
    });
  });

  describe('hours', () => {
    const get = (siteId: string, running = sites) => running.library.call('getHours', {}, options(siteId));
    const put = (siteId: string, version: number, change: Partial<settingsV1.HoursSettings>, id = 'admin-1') =>
      sites.library.call('updateHours', { version, hours: { ...DEFAULT_HOURS, ...change } }, options(siteId, id));

    it('have a default, are stored in order, published and survive a restart', async () => {
      const siteId = await sites.createSite('Hours');
      expect(await get(siteId)).toEqual({ version: 0, hours: DEFAULT_HOURS });
      const days = [
        {
          weekday: 6,
          intervals: [
            { from: 780, to: 1_440 },
            { from: 600, to: 720 },
          ],
        },
      ];
      const holidays = [
        { date: '2027-01-02', name: 'B', intervals: [] },
        { date: '2027-01-01', name: 'A', intervals: [{ from: 600, to: 660 }] },
      ];
      const { version, hours } = await put(siteId, 0, { enabled: true, timezone: 'Asia/Tomsk', days, holidays });
      expect(version).toBe(1);
      expect(hours?.days[5]).toEqual({
        weekday: 6,
        intervals: [
          { from: 600, to: 720 },
          { from: 780, to: 1_440 },
        ],
      });
      expect(hours?.holidays.map(({ date }) => date)).toEqual(['2027-01-01', '2027-01-02']);
      await until(() => newest(published, 'hours', siteId), { what: 'the hours on the bus' });
      expect(newest(published, 'hours', siteId)).toMatchObject({
        siteId,
        version: 1,
        deleted: false,
        value: { value: hours },
      });
      expect(await sites.snapshot('hours')).toContainEqual(newest(published, 'hours', siteId));

      await put(siteId, 1, { enabled: false });
      await until(() => newest(published, 'hours', siteId)?.version === 2, { what: 'the second version on the bus' });
      const left = { $set: { enabled: true, outboxSince: new Date(0) }, $inc: { version: 1 } };
      await collection('hours').updateOne({ _id: siteId as never }, left);
      const replica = await startSites(env);
      await until(() => newest(published, 'hours', siteId)?.version === 3, { what: 'what was left behind' });
      expect(await get(siteId, replica)).toMatchObject({ version: 3, hours: { enabled: true } });
      await replica.stop();
      expect((await audited(siteId)).filter((action) => action === 'hours.updated')).toHaveLength(2);
    });

    it('tell the second of two admins, the first time too', async () => {
      const siteId = await sites.createSite('Contested hours');
      for (const version of [0, 1]) {
        const outcomes = await Promise.allSettled([
          put(siteId, version, { timezone: 'Asia/Tomsk', enabled: version === 1 }, 'admin-1'),
          put(siteId, version, { timezone: 'Asia/Omsk', enabled: version === 1 }, 'admin-2'),
        ]);
        const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
        expect(refused.map(({ reason }) => reason as object)).toMatchObject([
          { code: 'ABORTED', fields: [{ path: 'version' }] },
        ]);
      }
      const { version, hours } = await get(siteId);
      expect(version).toBe(2);
      // The same again, as after an answer that was lost.
      expect(await put(siteId, 1, hours ?? {})).toEqual({ version: 2, hours });
    });

    it('are refused by field', async () => {
      const intervals = [
        { from: 600, to: 660 },
        { from: 650, to: 700 },
      ];
      await expect(put(sites.siteId, 0, { timezone: 'x', days: [{ weekday: 1, intervals }] })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        fields: [
          { path: 'timezone', code: 'invalid_value' },
          { path: 'days.0.intervals.1', code: 'overlap' },
        ],
      });
      await expect(
        sites.library.call('updateHours', { version: 0, hours: undefined }, options(sites.siteId)),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      const actor: Actor = person(sites.siteId, 'operator');
      await expect(sites.library.call('getHours', {}, { actor })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });

    it('offer the holidays of a country', async () => {
      const call = (country: string, year = 2_027) =>
        sites.library.call('listCountryHolidays', { country, year, locale: 'ru' }, options(sites.siteId));
      expect((await call('RU')).holidays).toContainEqual({ date: '2027-06-12', name: 'День России', intervals: [] });
      await expect(call('XX')).rejects.toMatchObject({ fields: [{ path: 'country', code: 'invalid_value' }] });
      await expect(call('RU', 1_900)).rejects.toMatchObject({ fields: [{ path: 'year' }] });
      const { items } = await sites.library.call('listHolidayCountries', { locale: 'en' }, options(sites.siteId));
      expect(items).toContainEqual({ code: 'RU', name: 'Russia' });
    });
  });
});
