import { indexUsed } from '@beseda/mongo';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { mongo } from 'mongoose';
import { ContactCopies, type DialogFilter, DialogStore, TagProgress } from './application/ports.js';
import type { DialogScope } from './application/visibility.js';
import { Kit, SITE, contact, operator, sendId, service } from './testing/kit.js';

const CHECKED = new Set(['find', 'findAndModify', 'update', 'aggregate']);
/** Collections whose indexes belong to other packages. */
const OTHERS = new Set(['migrations', 'settings_copies', 'parked_events']);

/** What a command is explained as: sessions, concerns and the like are not part of it. */
const SESSION = new Set(['lsid', '$db', '$clusterTime', 'txnNumber', 'writeConcern', 'readConcern', 'ordered']);

describe('every query reads the index made for it', () => {
  let kit: Kit;
  let dialogId: string;
  const commands: { name: string; collection: string; command: mongo.Document }[] = [];
  const anna = contact('anna');
  const scope = { siteId: SITE };
  beforeAll(async () => {
    kit = await Kit.start();
    for (let i = 0; i < 30; i++) await kit.post(contact(`c${i}`), `Question number ${i}`);
    ({ dialogId } = await kit.post(anna, 'Hello'));
    await contacts().setField(scope, 'c1', { field: 'name', value: 'Carl', seq: 1 });
    kit.connection.getClient().on('commandStarted', ({ commandName, command, databaseName }) => {
      const collection = String(command[commandName]);
      if (!CHECKED.has(commandName) || OTHERS.has(collection) || databaseName !== kit.connection.name) return;
      commands.push({ name: commandName, collection, command });
    });
  });
  afterAll(() => kit.stop());
  beforeEach(() => {
    commands.length = 0;
  });

  /** `collection index` of everything asked since the test began, each once. */
  async function used(): Promise<string[]> {
    const asked = commands.splice(0);
    const found = new Set<string>();
    for (const { collection, command } of asked) {
      const explained = Object.fromEntries(Object.entries(command).filter(([key]) => !SESSION.has(key)));
      const plan = await kit.connection
        .getClient()
        .db(kit.connection.name)
        .command({ explain: explained, verbosity: 'queryPlanner' });
      found.add(`${collection} ${indexUsed(plan)}`);
    }
    // The timer and the sweeper look by themselves.
    for (const background of ['dialogs due', 'dialogs outbox_sweep']) found.delete(background);
    return [...found].toSorted();
  }

  const store = () => kit.first.service.app.get(DialogStore, { strict: false });
  const contacts = () => kit.first.service.app.get(ContactCopies, { strict: false });
  const HANDING_ON = ['dialogs _id_', 'dialogs send_in_outbox', 'dialog_events send_in_timeline'];

  it('when a contact writes', async () => {
    await kit.post(anna, 'Again');
    expect(await used()).toEqual([...HANDING_ON, 'contact_copies _id_', 'dialogs unfinished_of_contact'].toSorted());
  });

  it('when an operator answers, notes, assigns and closes', async () => {
    await kit.post(operator(), 'Good day', { dialogId });
    await kit.call('addNote', { dialogId, clientMessageId: sendId(), text: 'VIP' }, { actor: operator() });
    await kit.call('closeDialog', { dialogId }, { actor: operator() });
    await kit.call('markRead', { dialogId, seq: 1 }, { actor: operator() });
    expect(await used()).toEqual([...HANDING_ON, 'read_marks _id_'].toSorted());
  });

  it('when events are read', async () => {
    await until(async () => (await store().find(scope, dialogId))?.dialog.seq === 7, { what: 'the events' });
    commands.length = 0;
    await kit.events(dialogId);
    await kit.call('resume', { dialogs: { [dialogId]: 0 } }, { actor: operator() });
    expect(await used()).toEqual(['dialog_events timeline_of_dialog', 'dialogs _id_']);
  });

  it('when the log is read', async () => {
    const stream = kit.first.client.stream(
      'readEvents',
      { cursor: '', dialogId: '', afterSeq: 0 },
      { actor: service() },
    );
    for await (const _ of stream) continue;
    expect(await used()).toEqual(['dialog_events timeline_of_dialog', 'dialogs log_of_site']);
  });

  const lists: [DialogFilter, string][] = [
    [{}, 'list_all'],
    [{ status: 'open' }, 'list_by_status'],
    [{ assignee: 'oleg' }, 'list_by_assignee'],
    [{ assignee: 'none', status: 'open' }, 'list_by_status_and_assignee'],
    [{ channel: 'chat' }, 'list_by_channel'],
    [{ tag: 'VIP', status: 'open' }, 'list_by_tag'],
    [{ contactId: 'anna' }, 'list_by_contact'],
    [{ words: ['ques', '7'], status: 'open' }, 'search_words'],
  ];
  it.each(lists)('when a list by %j is read, from the top and further down', async (filter, index) => {
    await store().list(scope, filter, undefined, 10);
    expect(await used()).toEqual([`dialogs ${index}`]);
    await store().list(scope, filter, { lastActivityAt: new Date(), dialogId: 'x' }, 10);
    expect(await used()).toEqual([`dialogs ${index}`]);
    await store().count(scope, filter);
    expect(await used()).toEqual([`dialogs ${index}`]);
    await store().matching(scope, filter, [dialogId]);
    expect(await used()).toEqual(['dialogs _id_']);
  });

  const own = { siteId: SITE, viewer: { operatorId: 'oleg', visibility: 'own' } } as const;
  const team = { siteId: SITE, viewer: { operatorId: 'oleg', visibility: 'team' }, colleagues: ['vera'] } as const;
  const restricted: [string, DialogScope, DialogFilter, string][] = [
    ['own', own, {}, 'list_by_assignee'],
    ['own', own, { status: 'open' }, 'list_by_status_and_assignee'],
    ['own', own, { assignee: 'vera', status: 'open' }, 'list_by_status_and_assignee'],
    ['team', team, {}, 'list_by_assignee'],
    ['team', team, { status: 'open' }, 'list_by_status_and_assignee'],
    ['team', team, { channel: 'chat' }, 'list_by_assignee'],
    ['team', team, { tag: 'VIP' }, 'list_by_tag'],
    ['team', team, { contactId: 'anna' }, 'list_by_contact'],
    ['team', team, { words: ['ques'] }, 'search_words'],
  ];
  it.each(restricted)('when an operator who sees %s asks', async (_, restrictedScope, filter, index) => {
    await store().list(restrictedScope, filter, undefined, 10);
    await store().list(restrictedScope, filter, { lastActivityAt: new Date(), dialogId: 'x' }, 10);
    await store().count(restrictedScope, filter);
    expect(await used()).toEqual([`dialogs ${index}`]);
    await store().find(restrictedScope, dialogId);
    await store().findMany(restrictedScope, [dialogId]);
    await store().matching(restrictedScope, filter, [dialogId]);
    expect(await used()).toEqual(['dialogs _id_']);
  });

  it.each([scope, own, team])('when dialogs are counted by assignee and by tag, scope %#', async (counted) => {
    await store().countBy(counted, 'assignee');
    expect(await used()).toEqual(['dialogs list_by_assignee']);
    await store().countBy(counted, 'assignee', 'open');
    expect(await used()).toEqual(['dialogs list_by_status_and_assignee']);
    await store().countBy(counted, 'tag', 'open');
    expect(await used()).toEqual(['dialogs list_by_tag']);
  });

  it('when dialogs follow the catalogue of tags', async () => {
    await store().tagged(scope, { key: 'vip' }, 10);
    await store().tagged(scope, { key: 'vip', exceptSpelled: 'VIP' }, 10);
    expect(await used()).toEqual(['dialogs list_by_tag']);
    const progress = kit.first.service.app.get(TagProgress, { strict: false });
    await progress.advance(scope, 't1', 2);
    await progress.advance(scope, 't1', 1);
    expect(await progress.followed(scope, 't1')).toBe(2);
    expect(await used()).toEqual(['tag_progress _id_']);
  });

  it('when a contact lists its dialogs', async () => {
    await kit.list({}, anna);
    expect(await used()).toEqual(['contact_copies _id_', 'dialogs list_by_contact']);
  });

  it('when a contact is renamed or merged', async () => {
    await contacts().setField(scope, 'anna', { field: 'name', value: 'Anna', seq: 2 });
    await contacts().merge(scope, 'anna', 'c1');
    expect(await used()).toEqual(['contact_copies _id_', 'dialogs list_by_contact']);
    expect((await kit.dialog(dialogId)).contact).toEqual({ id: 'c1', name: 'Carl', email: '' });
  });

  it('when the timer looks for dialogs that are due', async () => {
    await store().due(new Date(), 10);
    const asked = commands.filter(({ command }) => JSON.stringify(command).includes('nextDueAt'));
    expect(asked.length).toBeGreaterThan(0);
    const plan = await kit.connection
      .collection('dialogs')
      .find({ nextDueAt: { $lte: new Date() } })
      .sort({ nextDueAt: 1 })
      .explain();
    expect(indexUsed(plan)).toBe('due');
  });
});
