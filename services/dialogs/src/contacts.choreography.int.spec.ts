import { randomUUID } from 'node:crypto';
import { siteScope } from '@beseda/auth';
import { BusConsumers, type BusRecord } from '@beseda/bus';
import { TOPICS, contactEventRecord, contactsV1, eventTypeOf, dialogsV1 } from '@beseda/contracts';
import { TEST_LOGS, choreography, logSkipped, seededRandom } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContactCopies } from './application/ports.js';
import { ChoreographyKit } from './testing/choreography-kit.js';
import { SITE, contact, operator, sendId } from './testing/kit.js';

type Body = NonNullable<contactsV1.ContactEventBody['body']>;
type Card = { name: string; email: string };

const record = (contactId: string, seq: number, body: Body): BusRecord =>
  contactEventRecord({
    envelope: {
      eventId: randomUUID(),
      siteId: SITE,
      aggregateId: contactId,
      seq,
      type: eventTypeOf(body.$case),
      occurredAt: new Date(),
      correlationId: 'test',
      causationId: '',
      actor: undefined,
    },
    body: { body },
  });

/** A contact's life: created, then changes of one field or both, with page views in between, and what comes of it. */
function lifeOf(id: string, seed: string): { records: BusRecord[]; card: Card } {
  const random = seededRandom(seed);
  const card: Card = { name: '', email: '' };
  const records = [record(id, 1, { $case: 'contactCreated', value: { ...card } })];
  for (let seq = 2; seq <= 9; seq++) {
    const what = seq === 9 ? 'both' : random.pick(['name', 'email', 'both', 'page'] as const);
    if (what === 'page') {
      const page = { url: 'https://shop.example/', title: 'Shop' };
      records.push(record(id, seq, { $case: 'pageViewed', value: contactsV1.PageViewed.fromPartial(page) }));
      continue;
    }
    const fields = { name: `${id} ${seq}`, email: `${id}.${seq}@example.com` };
    const told = {
      name: what === 'email' ? undefined : fields.name,
      email: what === 'name' ? undefined : fields.email,
    };
    Object.assign(card, JSON.parse(JSON.stringify(told)));
    records.push(
      record(id, seq, { $case: 'contactChanged', value: { ...told, phone: undefined, properties: undefined } }),
    );
  }
  return { records, card };
}

const merged = (id: string, intoContactId: string) =>
  record(id, 10, { $case: 'contactMerged', value: { intoContactId } });

for (const log of TEST_LOGS)
  (logSkipped(log) ? describe.skip : describe)(`contacts → dialogs, on the ${log} log`, () => {
    let kit: ChoreographyKit;
    beforeAll(async () => {
      kit = await ChoreographyKit.start(log);
    }, 240_000);
    afterAll(() => kit?.stop(), 60_000);

    const post = async (contactId: string): Promise<string> => {
      const request = dialogsV1.PostMessageRequest.fromPartial({ clientMessageId: sendId(), text: 'Hello' });
      return (await kit.client.call('postMessage', request, { actor: contact(contactId) })).dialogId;
    };
    const contactOf = async (dialogId: string) =>
      (await kit.client.call('getDialog', { dialogId }, { actor: operator() })).dialog?.contact;
    const copyOf = (id: string) => kit.service.app.get(ContactCopies, { strict: false }).find(siteScope(SITE), id);
    const parkedKeys = async (): Promise<string[]> =>
      (await kit.service.app.get(BusConsumers, { strict: false }).parkedKeys()).map(({ key }) => key).sort();
    const play = (seed: string) =>
      choreography({
        bus: kit.bus,
        seed,
        record: [TOPICS.dialogs.name],
        settle: {
          log: kit.adapter,
          prefix: kit.log.prefix,
          groups: [{ group: 'dialogs', topic: TOPICS.contacts.name }],
        },
      });

    it.each(log === 'kafka' ? ['one'] : ['one', 'two', 'three', 'four'])(
      'repeats, other orders, poison and restarts change nothing of what dialogs show (seed %s)',
      async (seed) => {
        const ids = ['anna', 'boris', 'vera', 'guest', 'galina', 'denis'].map((name) => `${name}-${seed}`);
        const lives = new Map(ids.map((id) => [id, lifeOf(id, `${seed} ${id}`)]));
        const [guest = '', into = ''] = ids.slice(3);
        const dialogs = new Map<string, string>();
        for (const id of ids) dialogs.set(id, await post(id));
        const parkedBefore = await parkedKeys();
        await play(seed)
          .given(...[...lives.values()].flatMap(({ records }) => records), merged(guest, into))
          .with({
            duplicates: 0.4,
            reorderAcrossKeys: true,
            poison: 3,
            poisonable: ({ headers }) => headers['ce_type'] !== 'page.viewed', // which dialogs do not read
            restart: kit.restart,
            restarts: 2,
          })
          .expect(
            async (seen) => {
              for (const id of ids) {
                const { card } = lives.get(id === guest ? into : id) ?? {};
                expect(await contactOf(dialogs.get(id) ?? '')).toEqual({ id: id === guest ? into : id, ...card });
                expect(await copyOf(id)).toMatchObject(lives.get(id)?.card ?? {});
              }
              expect(await copyOf(guest)).toMatchObject({ mergedInto: into });
              expect((await copyOf(into)).aliases).toEqual([guest]);
              expect(await parkedKeys()).toEqual([...parkedBefore, ...seen.poisoned].sort());
              // what dialogs learn of contacts is no event of theirs
              expect(seen.caused(TOPICS.dialogs.name)).toEqual([]);
            },
            { timeoutMs: 20_000 },
          );
      },
      90_000,
    );

    it('an event nobody can handle holds back its contact only, and all that comes after it', async () => {
      const [held, free] = ['held', 'free'].map((id) => lifeOf(id, id));
      if (!held || !free) throw new TypeError('two lives were made');
      const dialogs = { held: await post('held'), free: await post('free') };
      const bad = record('held', 1, { $case: 'contactMerged', value: { intoContactId: 'held' } });
      await play('held')
        .given(...held.records, ...free.records)
        .with({ duplicates: 0.2, reorderAcrossKeys: true, poison: [bad], restart: kit.restart })
        .expect(
          async () => {
            expect(await contactOf(dialogs.free)).toEqual({ id: 'free', ...free.card });
            expect(await contactOf(dialogs.held)).toEqual({ id: 'held', name: '', email: '' });
            expect(await parkedKeys()).toContain('held');
            expect(await parkedKeys()).not.toContain('free');
          },
          { timeoutMs: 20_000 },
        );
    }, 90_000);
  });
