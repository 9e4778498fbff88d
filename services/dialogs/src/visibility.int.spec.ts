import type { Actor } from '@beseda/auth';
import { dialogsV1, settingRecord } from '@beseda/contracts';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { teamSetting } from '@beseda/service-defaults/testing';
import { Kit, SITE, contact, operator, sendId, viewer } from './testing/kit.js';

const { COUNT_BY_ASSIGNEE, COUNT_BY_TAG } = dialogsV1.CountBy;
const OPEN = dialogsV1.DialogStatus.DIALOG_STATUS_OPEN;

/**
 * Dialogs by who looks after them. `op-1` is in a team with `op-2`; `op-3` is in one with `op-2` only, `op-4` in none of the
 * site's.
 */
const OWNERS = ['', 'op-1', 'op-2', 'op-3', 'op-4'] as const;
const SEES: [Actor, (typeof OWNERS)[number][]][] = [
  [operator('op-1'), [...OWNERS]],
  [viewer('op-1', 'all'), [...OWNERS]],
  [viewer('op-1', 'team'), ['', 'op-1', 'op-2']],
  [viewer('op-2', 'team'), ['', 'op-1', 'op-2', 'op-3']],
  [viewer('op-4', 'team'), ['', 'op-4']],
  [viewer('op-1', 'unassigned'), ['', 'op-1']],
  [viewer('op-1', 'own'), ['op-1']],
  [viewer('op-9', 'own'), []],
];
const named = SEES.map(([actor, owners]) => [describeActor(actor), actor, owners] as const);

function describeActor(actor: Actor): string {
  return actor.kind === 'operator' ? `${actor.id} who sees ${actor.visibility ?? 'everything'}` : actor.kind;
}

describe('an operator', () => {
  let kit: Kit;
  const dialogs = new Map<string, string>();
  const start = async (): Promise<void> => {
    kit = await Kit.start();
    for (const owner of OWNERS) {
      const { dialogId } = await kit.post(contact(`of-${owner}`), 'Pear question');
      dialogs.set(owner, dialogId);
      await kit.call('setTags', { dialogId, tags: ['VIP', owner || 'free'] }, { actor: operator() });
      if (owner !== '') await assign(dialogId, owner);
    }
  };

  const assign = (dialogId: string, operatorId: string, actor: Actor = operator()) =>
    kit.call('assign', { dialogId, operatorId, onlyIfUnassigned: false }, { actor });
  const letter = (dialogId: string): dialogsV1.PostMessageRequest =>
    dialogsV1.PostMessageRequest.fromPartial({ dialogId, clientMessageId: sendId(), text: 'Let me in' });
  const ownersOf = (items: readonly { id: string }[]): string[] =>
    OWNERS.filter((owner) => items.some(({ id }) => id === dialogs.get(owner)));
  const idOf = (owner: string): string => dialogs.get(owner) ?? '';

  describe('whose view is narrow', () => {
    beforeAll(start);
    afterAll(() => kit.stop());

    describe.each(named)('%s', (_, actor, owners) => {
      const hidden = OWNERS.filter((owner) => !owners.includes(owner));

      it('lists, searches, filters and counts these and no others', async () => {
        const found = async (filter: Partial<dialogsV1.DialogFilter>) => {
          const request = { filter: dialogsV1.DialogFilter.fromPartial(filter), cursor: '', limit: 0 };
          return ownersOf((await kit.call('listDialogs', request, { actor })).items);
        };
        for (const filter of [{}, { status: OPEN }, { q: 'pear' }, { tag: 'vip' }, { channel: 1 }])
          expect(await found(filter)).toEqual(owners);
        for (const owner of OWNERS) {
          expect(await found({ assignee: owner || 'none' })).toEqual(owners.includes(owner) ? [owner] : []);
          expect(await found({ contactId: `of-${owner}` })).toEqual(owners.includes(owner) ? [owner] : []);
        }
        const counted = await kit.call('countDialogs', { filter: undefined }, { actor });
        expect(counted).toEqual({
          all: owners.length,
          mine: owners.filter((owner) => owner !== '' && 'id' in actor && owner === actor.id).length,
          unassigned: owners.includes('') ? 1 : 0,
        });
        for (const status of [0, OPEN]) {
          const by = (what: dialogsV1.CountBy) => kit.call('countDialogsBy', { by: what, status }, { actor });
          expect((await by(COUNT_BY_ASSIGNEE)).counts).toEqual(Object.fromEntries(owners.map((owner) => [owner, 1])));
          expect((await by(COUNT_BY_TAG)).counts).toEqual(
            Object.fromEntries(
              owners.length > 0 ? [['vip', owners.length], ...owners.map((owner) => [owner || 'free', 1])] : [],
            ),
          );
        }
      });

      it('hears of no other by changes of a list or by resuming', async () => {
        const known = Object.fromEntries(OWNERS.map((owner) => [idOf(owner), 1]));
        const changes = await kit.call('listChanges', { filter: undefined, known, limit: 0 }, { actor });
        expect(ownersOf(changes.changed)).toEqual(owners);
        expect(ownersOf(changes.gone.map((id) => ({ id })))).toEqual(hidden);
        expect(ownersOf(changes.first?.items ?? [])).toEqual(owners);
        const { events, heads } = await kit.call('resume', { dialogs: known }, { actor });
        expect(Object.keys(heads).toSorted()).toEqual(owners.map(idOf).toSorted());
        expect(new Set(events.map(({ envelope }) => envelope?.aggregateId))).toEqual(new Set(owners.map(idOf)));
      });

      it('finds no other by its id, whatever the call', async () => {
        for (const owner of hidden) {
          const dialogId = idOf(owner);
          const before = (await kit.dialog(dialogId)).seq;
          const calls = [
            kit.call('getDialog', { dialogId }, { actor }),
            kit.call('listEvents', { dialogId, afterSeq: 0, beforeSeq: 0, limit: 0 }, { actor }),
            kit.call('postMessage', letter(dialogId), { actor }),
            kit.call('addNote', { dialogId, clientMessageId: sendId(), text: 'x' }, { actor }),
            kit.call('setTags', { dialogId, tags: [] }, { actor }),
            assign(dialogId, 'op-1', actor),
            kit.call('closeDialog', { dialogId }, { actor }),
            kit.call('reopenDialog', { dialogId }, { actor }),
            kit.call('markRead', { dialogId, seq: 1 }, { actor }),
          ];
          for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
          expect((await kit.dialog(dialogId)).seq).toBe(before);
        }
        for (const owner of owners) {
          expect((await kit.dialog(idOf(owner), actor)).assigneeId).toBe(owner);
          const events = await kit.events(idOf(owner), actor);
          expect(new Set(events.map(({ assigneeId }) => assigneeId))).toEqual(new Set([owner]));
        }
      });
    });
  });

  describe('who works with dialogs', () => {
    beforeAll(start);
    afterAll(() => kit.stop());

    it('hands a dialog over to somebody whose dialogs he does not see, and it is gone for him', async () => {
      const { dialogId } = await kit.post(contact('handed-over'), 'Hello');
      const own = viewer('op-1', 'own');
      await assign(dialogId, 'op-1');
      expect(await assign(dialogId, 'op-4', own)).toEqual({ assigneeId: 'op-4', seq: 4 });
      // The same again, as if the answer was lost; nobody else gets that answer, nor he for anything else.
      expect(await assign(dialogId, 'op-4', own)).toEqual({ assigneeId: 'op-4', seq: 4 });
      for (const [to, actor] of [
        ['op-3', own],
        ['', own],
        ['op-4', viewer('op-2', 'own')],
      ] as const)
        await expect(assign(dialogId, to, actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(kit.dialog(dialogId, own)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const known = { [dialogId]: 3 };
      const { gone } = await kit.call('listChanges', { filter: undefined, known, limit: 1 }, { actor: own });
      expect(gone).toEqual([dialogId]);
    });

    it('answers a dialog nobody looks after, gets it and goes on seeing it', async () => {
      const { dialogId } = await kit.post(contact('answered'), 'Hello');
      const quiet = viewer('op-1', 'unassigned');
      await kit.post(quiet, 'Good day', { dialogId });
      expect((await kit.dialog(dialogId, quiet)).assigneeId).toBe('op-1');
      await expect(kit.dialog(dialogId, viewer('op-4', 'unassigned'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('gets the first answer again for his own send, though the dialog has left his sight', async () => {
      const { dialogId } = await kit.post(contact('repeated'), 'Hello');
      const quiet = viewer('op-1', 'own');
      await assign(dialogId, 'op-1');
      const request = { dialogId, clientMessageId: sendId() };
      const first = await kit.post(quiet, 'Good day', request);
      await assign(dialogId, 'op-4');
      expect(await kit.post(quiet, 'Good day', request)).toEqual(first);
      const elsewhere = kit.post(quiet, 'Good day', { ...request, dialogId: idOf('op-4') });
      await expect(elsewhere).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('sees more, or less, as soon as a team changes', async () => {
      const member = viewer('op-7', 'team');
      const sees = () => kit.list({ assignee: 'op-8' }, member).then(({ items }) => items.length);
      const { dialogId } = await kit.post(contact('of-op-8'), 'Hello');
      await assign(dialogId, 'op-8');
      expect(await sees()).toBe(0);
      await kit.publish(settingRecord(teamSetting(SITE, 'new', ['op-7', 'op-8'], 5), 'c'));
      await until(async () => (await sees()) === 1, { what: 'the colleague’s dialog', timeoutMs: 1_000 });
      await kit.publish(settingRecord(teamSetting(SITE, 'new', ['op-8'], 4), 'c'));
      await kit.publish(settingRecord({ ...teamSetting(SITE, 'new', [], 6), deleted: true, value: undefined }, 'c'));
      await until(async () => (await sees()) === 0, { what: 'the team to be gone', timeoutMs: 1_000 });
    });

    it('and a contact is not told who looks after its dialog', async () => {
      const events = await kit.events(idOf('op-1'), contact('of-op-1'));
      expect(events.every(({ assigneeId }) => assigneeId === '')).toBe(true);
    });

    it('the bus says with every event who looks after the dialog when it is published', async () => {
      const heard = await kit.listen();
      const { dialogId } = await kit.post(contact('published'), 'Hello');
      const published = () =>
        heard.records
          .map(({ value }) => dialogsV1.DialogEvent.decode(value))
          .filter(({ envelope }) => envelope?.aggregateId === dialogId);
      await until(() => published().length === 2, { what: 'the beginning' });
      await assign(dialogId, 'op-1');
      await until(() => published().length === 3, { what: 'the assignment' });
      await assign(dialogId, '');
      await until(() => published().length === 4, { what: 'the end of it' });
      expect(published().map(({ assigneeId }) => assigneeId)).toEqual(['', '', 'op-1', '']);
      await heard.close();
    });

    it('refuses to count by what is not known', async () => {
      const counted = kit.call('countDialogsBy', { by: 0, status: 0 }, { actor: operator() });
      await expect(counted).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'by' }] });
      const asked = kit.call('countDialogsBy', { by: COUNT_BY_TAG, status: 0 }, { actor: contact('of-op-1') });
      await expect(asked).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });
  });
});
