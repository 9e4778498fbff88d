import { siteScope } from '@beseda/auth';
import { dialogsV1, eventsV1, settingRecord, type settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newId } from './application/ids.js';
import { DialogStore } from './application/ports.js';
import { type DialogEvent, NEW_DIALOG, evolve } from './domain/index.js';
import { verifyDialog } from './infrastructure/mongo/verify-dialog.js';
import { tagSetting } from '@beseda/service-defaults/testing';
import { Kit, OTHER_SITE, SITE, contact, operator, sendId } from './testing/kit.js';

/** Dialogs that carry one tag: more than are rewritten in one page. */
const MANY = 250;

describe('tags of the catalogue', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await Kit.start();
    await kit.addReplica();
  });
  afterAll(() => kit.stop());

  let version = 0;
  /** The catalogue as its owner has it from now on; told to everybody, or found by those who start later. */
  async function put(tag: Partial<settingsV1.TagSettings> & { id: string; name: string }, siteId = SITE, tell = true) {
    const setting = tagSetting(siteId, tag, ++version);
    kit.admin.put(setting);
    if (tell) await kit.publish(settingRecord(setting, 'c'));
  }
  /** A dialog with these tags, made in one commit: how it came about does not matter to the catalogue. */
  async function tagged(tags: string[], siteId = SITE): Promise<string> {
    const id = newId();
    const by = { kind: 'contact', id } as const;
    const events: DialogEvent[] = [
      { type: 'dialog.started', channel: 'chat', contactId: id, connection: 'chat', externalThread: id },
      {
        type: 'message.posted',
        messageId: newId(),
        clientMessageId: sendId(),
        text: 'Hello',
        author: 'contact',
        channel: 'chat',
        sentVia: 'widget',
      },
      { type: 'dialog.tagged', tags },
    ].map((fact) => ({ ...fact, at: new Date(), by }) as DialogEvent);
    const after = events.reduce(evolve, NEW_DIALOG);
    const store = kit.replicas.at(-1)?.service.app.get(DialogStore, { strict: false });
    const stored = await store?.insert(
      siteScope(siteId),
      { id, name: '', email: '', phone: '' },
      { events, after, timers: [] },
    );
    return stored?.id ?? '';
  }
  const tagsOf = async (dialogId: string, actor = operator()): Promise<string[]> =>
    (await kit.dialog(dialogId, actor)).tags;
  const become = (dialogId: string, tags: string[], actor = operator()): Promise<unknown> =>
    until(async () => (await tagsOf(dialogId, actor)).join() === tags.join(), { what: tags.join() });
  const setTags = (dialogId: string, tags: string[]) =>
    kit.call('setTags', { dialogId, tags }, { actor: operator() }).then((answer) => answer.tags);

  it('renamed: dialogs get the new name, once, by an event of the service, and only those of the site', async () => {
    const [one, both, none] = [await tagged(['Post', 'x']), await tagged(['POST', 'Mail']), await tagged(['x'])];
    const elsewhere = await tagged(['Post'], OTHER_SITE);
    await put({ id: 't1', name: 'Mail', formerNames: ['Post'] });
    await become(one, ['Mail', 'x']);
    await become(both, ['Mail']);
    expect(await tagsOf(none)).toEqual(['x']);
    expect(await tagsOf(elsewhere, operator('ivan', OTHER_SITE))).toEqual(['Post']);
    const events = await kit.events(one);
    expect(events).toHaveLength(4);
    expect(events[3]).toMatchObject({
      envelope: { type: 'dialog.tagged', actor: { kind: eventsV1.ActorKind.ACTOR_KIND_SERVICE, id: 'dialogs' } },
      body: { body: { $case: 'dialogTagged', value: { tags: ['Mail', 'x'] } } },
    });
    expect((await verifyDialog(kit.connection, one)).ok).toBe(true);
    expect((await kit.list({ tag: 'Post' })).items).toEqual([]);
    expect((await kit.list({ tag: 'mail' })).items.map(({ id }) => id).toSorted()).toEqual([one, both].toSorted());
  });

  it('spelled anew: dialogs follow', async () => {
    const dialogId = await tagged(['urgent']);
    await put({ id: 't2', name: 'URGENT' });
    await become(dialogId, ['URGENT']);
  });

  it('merged: dialogs of the one get the other', async () => {
    await put({ id: 't3', name: 'Paid' });
    await put({ id: 't4', name: 'Money', formerNames: ['Cash'] });
    const [a, b] = [await tagged(['Money', 'Paid']), await tagged(['cash'])];
    await put({ id: 't3', name: 'Paid', formerNames: ['Cash', 'Money'] });
    await kit.publish(
      settingRecord(
        { ...tagSetting(SITE, { id: 't4', name: 'Money' }, ++version), deleted: true, value: undefined },
        'c',
      ),
    );
    await become(a, ['Paid']);
    await become(b, ['Paid']);
  });

  it('removed: dialogs lose it; given by hand it is used anew, and stays so', async () => {
    const dialogId = await tagged(['Spam', 'x']);
    await put({ id: 't5', name: 'Spam', removed: true });
    await become(dialogId, ['x']);
    const settled = () =>
      kit.connection.collection('tag_progress').countDocuments({ tagId: 't5', version: { $gte: version } });
    await until(async () => (await settled()) === 1, { what: 'the catalogue to be followed' });
    expect(await setTags(dialogId, ['spam'])).toEqual(['spam']);
    const replica = await kit.addReplica(); // looks through the catalogue as it starts
    await put({ id: 't6', name: 'Marker', formerNames: ['Mark'] });
    const marker = await tagged(['Mark']);
    await become(marker, ['Marker']);
    expect(await tagsOf(dialogId)).toEqual(['spam']);
    replica.client.close();
    kit.replicas.splice(kit.replicas.indexOf(replica), 1);
    await replica.service.stop();
  });

  it('given by a former name: the dialog gets the present one, and is counted by it', async () => {
    await put({ id: 't7', name: 'Delivery', formerNames: ['Shipping'] });
    const { dialogId } = await kit.post(contact('shopper'), 'Hello');
    await until(async () => (await setTags(dialogId, [' shipping ', 'delivery', 'y'])).join() === 'Delivery,y', {
      what: 'the present name',
    });
    const by = dialogsV1.CountBy.COUNT_BY_TAG;
    const { counts } = await kit.call('countDialogsBy', { by, status: 0 }, { actor: operator() });
    expect(counts).toMatchObject({ Delivery: 1, y: 1 });
    expect(counts).not.toHaveProperty('delivery');
  });

  it('hundreds of dialogs follow, through the end of one process and the start of another', async () => {
    const ids: string[] = [];
    for (let i = 0; i < MANY; i += 50)
      ids.push(...(await Promise.all(Array.from({ length: 50 }, () => tagged(['Before', `n${i % 7}`])))));
    const dialogs = kit.connection.collection('dialogs');
    const left = () => dialogs.countDocuments({ siteId: SITE, tagKeys: 'before' });
    await until(async () => (await left()) === MANY, { what: 'all dialogs' });
    const keeper = kit.replicas.pop();
    await keeper?.service.stop();
    keeper?.client.close();
    // However fast it is, it gets no further than this before it is stopped.
    const store = kit.first.service.app.get(DialogStore, { strict: false });
    const commit = store.commit.bind(store);
    let commits = 0;
    jest
      .spyOn(store, 'commit')
      .mockImplementation((...args) =>
        ++commits > MANY / 4 ? Promise.reject(appError('UNAVAILABLE', 'No more for now.')) : commit(...args),
      );
    await put({ id: 't8', name: 'After', formerNames: ['Before'] });
    await until(async () => (await left()) < MANY, { what: 'the beginning' });
    expect(await left()).toBeGreaterThan(MANY / 2);
    const [first] = kit.replicas.splice(0);
    await first?.service.stop();
    first?.client.close();
    await Promise.all([kit.addReplica(), kit.addReplica()]);
    const now = kit.connection.collection('dialogs');
    await until(async () => (await now.countDocuments({ siteId: SITE, tagKeys: 'before' })) === 0, {
      what: 'the end',
      timeoutMs: 60_000,
    });
    const states = await now.find({ siteId: SITE, tagKeys: 'after' }, { projection: { tags: 1, seq: 1 } }).toArray();
    expect(states).toHaveLength(MANY);
    // Each by one event, however many did it.
    expect(new Set(states.map(({ seq }) => seq as number))).toEqual(new Set([4]));
    expect(states.every(({ tags }) => (tags as string[])[0] === 'After')).toBe(true);
    for (const id of [ids[0], ids[MANY / 2], ids[MANY - 1]])
      expect((await verifyDialog(kit.connection, id ?? '')).ok).toBe(true);
  }, 120_000);
});
