import { randomUUID } from 'node:crypto';
import { BusConsumers, type BusRecord } from '@beseda/bus';
import { contactEventRecord, contactsV1 } from '@beseda/contracts';
import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactCopies, DialogStore } from './application/ports.js';
import { Kit, OTHER_SITE, SITE, contact, operator, sendId } from './testing/kit.js';

type Body = NonNullable<contactsV1.ContactEventBody['body']>;

describe('what happens to contacts', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await Kit.start();
    await kit.addReplica();
  });
  afterAll(() => kit.stop());

  const record = (contactId: string, seq: number, body: Body, siteId = SITE): BusRecord =>
    contactEventRecord({
      envelope: {
        eventId: randomUUID(),
        siteId,
        aggregateId: contactId,
        seq,
        type:
          { contactCreated: 'contact.created', contactMerged: 'contact.merged', pageViewed: 'page.viewed' }[
            body.$case as 'contactCreated'
          ] ?? 'contact.changed',
        occurredAt: new Date(),
        correlationId: 'test',
        causationId: '',
        actor: undefined,
      },
      body: { body },
    });
  const created = (id: string, seq = 1, siteId = SITE) =>
    record(id, seq, { $case: 'contactCreated', value: { name: '', email: '' } }, siteId);
  const changed = (id: string, seq: number, fields: { name?: string; email?: string; phone?: string }, siteId = SITE) =>
    record(
      id,
      seq,
      {
        $case: 'contactChanged',
        value: { name: fields.name, email: fields.email, phone: fields.phone, properties: undefined },
      },
      siteId,
    );
  const merged = (id: string, seq: number, intoContactId: string) =>
    record(id, seq, { $case: 'contactMerged', value: { intoContactId } });

  const contactOf = async (dialogId: string, actor = operator()) => (await kit.dialog(dialogId, actor)).contact;
  /** Everything published before has been handled once this contact's name arrives. */
  async function settled(): Promise<void> {
    const id = randomUUID();
    const { dialogId } = await kit.post(contact(id), 'marker');
    await kit.publish(changed(id, 1, { name: 'marker' }));
    await until(async () => (await contactOf(dialogId))?.name === 'marker', { what: 'the marker' });
    await until(async () => (await lag()) === 0, { what: 'everything handled' });
  }
  const lag = async (): Promise<number> => {
    const metrics = await fetch(`${kit.first.service.httpUrl}/metrics`).then((answer) => answer.text());
    const lines = [...metrics.matchAll(/^beseda_bus_lag\{[^}]*contacts[^}]*\} (\d+)/gm)];
    return lines.reduce((sum, [, value]) => sum + Number(value), 0);
  };

  it('name and address appear in its dialogs, old and new, and in the search', async () => {
    const { dialogId } = await kit.post(contact('anna'), 'Hello');
    await kit.publish(created('anna'), changed('anna', 2, { name: 'Анна Петрова', email: 'anna@example.com' }));
    await until(async () => (await contactOf(dialogId))?.email === 'anna@example.com', { what: 'name and address' });
    expect(await contactOf(dialogId)).toEqual({ id: 'anna', name: 'Анна Петрова', email: 'anna@example.com' });
    expect((await kit.list({ q: 'петр example' })).items.map(({ id }) => id)).toEqual([dialogId]);
    // A contact known before its first dialog.
    await kit.publish(changed('boris', 2, { name: 'Борис' }));
    await settled();
    const { dialogId: second } = await kit.post(contact('boris'), 'Hello');
    expect((await contactOf(second))?.name).toBe('Борис');
    expect((await kit.list({ q: 'борис' })).items).toHaveLength(1);
  });

  it('a phone is found by its digits, however it is grouped, with or without the country', async () => {
    const { dialogId } = await kit.post(contact('phone'), 'Hello');
    await kit.publish(changed('phone', 2, { phone: '+7 (912) 345-67-89' }));
    const found = async (q: string) => (await kit.list({ q })).items.map(({ id }) => id);
    await until(async () => (await found('79123456789')).length > 0, { what: 'the phone' });
    for (const q of [
      '+79123456789',
      '8 912 345 67 89',
      '89123456789',
      '9123456789',
      '912 345-67',
      '345-67-89',
      '+7 (912',
    ])
      expect([q, ...(await found(q))]).toEqual([q, dialogId]);
    expect(await found('+7 912 345-67-88')).toEqual([]);
    // A dialog that begins later is found by it too.
    await kit.publish(changed('phone-first', 2, { phone: '8 (495) 111-22-33' }));
    await settled();
    const later = await kit.post(contact('phone-first'), 'Hello');
    expect(await found('+7 495 1112233')).toEqual([later.dialogId]);
  });

  it('events that come twice or in another order leave the newest value of each field', async () => {
    const { dialogId } = await kit.post(contact('vera'), 'Hello');
    const events = [
      created('vera', 1),
      changed('vera', 2, { name: 'first', email: 'first@example.com' }),
      changed('vera', 3, { name: 'second' }),
      changed('vera', 7, { name: 'third' }),
      changed('vera', 9, { email: '' }),
    ];
    for (const order of [
      [3, 4, 1, 0, 2],
      [4, 4, 3, 2, 1, 0],
      [0, 1, 2, 3, 4],
    ]) {
      await kit.publish(...order.map((i) => events[i] as BusRecord));
      await settled();
      expect(await contactOf(dialogId)).toEqual({ id: 'vera', name: 'third', email: '' });
      // So would a dialog that begins now.
      const copies = kit.first.service.app.get(ContactCopies, { strict: false });
      expect(await copies.find({ siteId: SITE }, 'vera')).toMatchObject({ name: 'third', email: '' });
    }
  });

  it('another site has contacts of its own', async () => {
    const { dialogId } = await kit.post(contact('twin'), 'Hello');
    await kit.publish(changed('twin', 2, { name: 'Elsewhere' }, OTHER_SITE));
    await settled();
    expect((await contactOf(dialogId))?.name).toBe('');
  });

  it('a contact that is renamed or merged in the moment its dialog begins is right in it all the same', async () => {
    const store = kit.first.service.app.get(DialogStore, { strict: false });
    const copies = kit.first.service.app.get(ContactCopies, { strict: false });
    const insert = store.insert.bind(store);
    const begin = async (id: string, meanwhile: () => Promise<void>) => {
      store.insert = async (...args) => {
        await meanwhile();
        return insert(...args);
      };
      const { dialogId } = await kit.post(contact(id), 'Hello');
      store.insert = insert;
      return contactOf(dialogId);
    };
    const scope = { siteId: SITE };
    const renamed = await begin('hasty', () =>
      copies.setField(scope, 'hasty', { field: 'name', value: 'Hasty', seq: 2 }),
    );
    expect(renamed).toEqual({ id: 'hasty', name: 'Hasty', email: '' });
    expect((await kit.list({ q: 'hasty' })).items).toHaveLength(1);
    expect(await begin('gone', () => copies.merge(scope, 'gone', 'hasty'))).toMatchObject({
      id: 'hasty',
      name: 'Hasty',
    });
  });

  it('a merge takes the dialogs along, told once or often, before or after other events', async () => {
    const { dialogId } = await kit.post(contact('guest'), 'Hello');
    const merge = merged('guest', 3, 'customer');
    await kit.publish(merge, changed('customer', 2, { name: 'Customer' }), merge);
    await until(async () => (await contactOf(dialogId))?.id === 'customer', { what: 'the dialog moved' });
    await kit.publish(merge, changed('guest', 2, { name: 'Guest' }));
    await settled();
    expect(await contactOf(dialogId)).toEqual({ id: 'customer', name: 'Customer', email: '' });
    // The conversation goes on in the dialog it has.
    const customer = contact('customer');
    expect((await kit.post(customer, 'It is me')).dialogId).toBe(dialogId);
    expect((await kit.list({}, customer)).items).toHaveLength(1);
    const [started] = await kit.events(dialogId, customer);
    expect(started).toMatchObject({ contactId: 'customer', body: { body: { value: { externalThread: 'guest' } } } });
    // A tab that still has the former token is the same person.
    expect((await kit.post(contact('guest'), 'From an old tab')).dialogId).toBe(dialogId);
    expect((await kit.dialog(dialogId, contact('guest'))).contact?.id).toBe('customer');
  });

  it('a send repeated after the merge makes no second message', async () => {
    const clientMessageId = sendId();
    const first = await kit.post(contact('before'), 'Hello', { clientMessageId });
    await kit.publish(merged('before', 2, 'after'));
    await until(async () => (await contactOf(first.dialogId))?.id === 'after', { what: 'the dialog moved' });
    expect(await kit.post(contact('after'), 'Hello', { clientMessageId })).toEqual(first);
    expect(await kit.post(contact('before'), 'Hello', { clientMessageId })).toEqual(first);
  });

  it('when a merge leaves two open dialogs, a message goes to the livelier one, and each keeps its thread', async () => {
    const one = await kit.post(contact('left'), 'Hello');
    const two = await kit.post(contact('right'), 'Hello');
    await kit.publish(merged('left', 2, 'right'));
    await until(async () => (await contactOf(one.dialogId))?.id === 'right', { what: 'the dialog moved' });
    expect((await kit.post(contact('right'), 'Where?')).dialogId).toBe(two.dialogId);
    await kit.post(contact('right'), 'Here', { dialogId: one.dialogId });
    expect((await kit.post(contact('right'), 'And now?')).dialogId).toBe(one.dialogId);
    expect((await kit.list({}, contact('right'))).items.map(({ id }) => id)).toEqual([one.dialogId, two.dialogId]);
  });

  it('chains of merges end at the one who is left', async () => {
    const { dialogId } = await kit.post(contact('m1'), 'Hello');
    await kit.publish(merged('m2', 2, 'm3'), merged('m1', 2, 'm2'));
    await until(async () => (await contactOf(dialogId))?.id === 'm3', { what: 'the dialog moved' });
    expect((await kit.post(contact('m1'), 'Again')).dialogId).toBe(dialogId);
  });

  it('a poisoned event parks its contact and nobody else', async () => {
    const { dialogId } = await kit.post(contact('poisoned'), 'Hello');
    const damaged = { ...changed('poisoned', 2, { name: 'never' }), value: new Uint8Array([255, 255, 255]) };
    const nameless = {
      ...changed('poisoned-2', 2, {}),
      value: contactsV1.ContactEvent.encode({ envelope: undefined, body: undefined }).finish(),
    };
    await kit.publish(damaged, changed('poisoned', 3, { name: 'waits' }), nameless);
    await kit.publish(merged('self', 2, 'self'), merged('round-1', 2, 'round-2'));
    await settled();
    await kit.publish(merged('round-2', 2, 'round-1'));
    await settled();
    const consumers = kit.replicas.map(({ service }) => service.app.get(BusConsumers, { strict: false }));
    const parked = new Set((await Promise.all(consumers.map((c) => c.parkedKeys()))).flat().map(({ key }) => key));
    expect(parked).toEqual(new Set(['poisoned', 'poisoned-2', 'self', 'round-2']));
    expect((await contactOf(dialogId))?.name).toBe('');
  });
});
