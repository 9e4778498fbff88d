import { type BusRecord } from '@beseda/bus';
import { TOPICS, dialogsV1, settingRecord, settingsV1 } from '@beseda/contracts';
import { TEST_LOGS, choreography, logSkipped } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChoreographyKit } from './testing/choreography-kit.js';
import { tagSetting } from '@beseda/service-defaults/testing';
import { SITE, contact, operator, sendId } from './testing/kit.js';

/** A tag that is renamed with each version; the last one may take it out of the catalogue. */
function versions(id: string, last: number, removed = false): settingsV1.Setting[] {
  return Array.from({ length: last }, (_, i) => {
    const formerNames = Array.from({ length: i }, (__, j) => `${id} ${j + 1}`);
    return tagSetting(SITE, { id, name: `${id} ${i + 1}`, formerNames, removed: removed && i + 1 === last }, i + 1);
  });
}
const recordOf = (setting: settingsV1.Setting): BusRecord => settingRecord(setting, 'test');

for (const log of TEST_LOGS)
  (logSkipped(log) ? describe.skip : describe)(`admin's tags → dialogs, on the ${log} log`, () => {
    let kit: ChoreographyKit;
    beforeAll(async () => {
      kit = await ChoreographyKit.start(log);
    }, 240_000);
    afterAll(() => kit?.stop(), 60_000);

    /** The owner stores before it tells. */
    const write = (records: readonly { value: Uint8Array; topic: string }[]): void => {
      for (const { topic, value } of records) {
        if (topic === TOPICS.settings.name) kit.admin.put(settingsV1.Setting.decode(value));
      }
    };
    async function taggedDialog(name: string, tags: string[]): Promise<string> {
      const post = dialogsV1.PostMessageRequest.fromPartial({ clientMessageId: sendId(), text: 'Hello' });
      const { dialogId } = await kit.client.call('postMessage', post, { actor: contact(name) });
      await kit.client.call('setTags', { dialogId, tags }, { actor: operator() });
      return dialogId;
    }
    const tagsOf = async (dialogId: string): Promise<string[]> =>
      (await kit.client.call('getDialog', { dialogId }, { actor: operator() })).dialog?.tags ?? [];

    it.each(log === 'kafka' ? ['one'] : ['one', 'two', 'three'])(
      'repeats, other orders and restarts leave dialogs with the present names (seed %s)',
      async (seed) => {
        const [kept, gone, other] = [`kept-${seed}`, `gone-${seed}`, `other-${seed}`];
        const dialogs = await Promise.all([
          taggedDialog(`a-${seed}`, [`${kept} 1`, `${gone} 1`, 'own']),
          taggedDialog(`b-${seed}`, [`${kept} 3`, `${kept} 2`]),
          taggedDialog(`c-${seed}`, [`${other} 1`, `${gone} 2`]),
        ]);
        await choreography({ bus: kit.bus, seed, record: [TOPICS.dialogs.name] })
          .given(...[versions(kept, 4), versions(gone, 4), versions(other, 4)].flat().map(recordOf))
          .with({
            duplicates: 0.5,
            reorderAcrossKeys: true,
            restart: kit.restart,
            restarts: 2,
            beforePublish: write,
            closing: [versions(kept, 5), versions(gone, 5, true), versions(other, 5)]
              .flatMap((all) => all.slice(-1))
              .map(recordOf),
          })
          .expect(
            async (seen) => {
              expect(await Promise.all(dialogs.map(tagsOf))).toEqual([
                [`${kept} 5`, 'own'],
                [`${kept} 5`],
                [`${other} 5`],
              ]);
              const told = seen
                .caused(TOPICS.dialogs.name)
                .map(({ value }) => dialogsV1.DialogEvent.decode(value))
                .filter(({ envelope }) => dialogs.includes(envelope?.aggregateId ?? ''));
              // The beginning of the dialogs may still have been on its way when the watching began.
              const beginning = ['dialog.started', 'message.posted'];
              const types = told.flatMap(({ envelope }) => (envelope ? [envelope.type] : []));
              expect(new Set(types.filter((type) => !beginning.includes(type)))).toEqual(new Set(['dialog.tagged']));
              // The last event of each dialog says what it has now, whoever reads them.
              for (const [index, id] of dialogs.entries()) {
                const last = told.findLast(({ envelope }) => envelope?.aggregateId === id)?.body?.body;
                expect(last).toMatchObject({ value: { tags: await tagsOf(dialogs[index] ?? '') } });
              }
            },
            { timeoutMs: 20_000 },
          );
      },
      90_000,
    );
  });
