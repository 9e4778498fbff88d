import type { EVENT_TYPES } from './gen/event-types.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Name of a topic without the installation's prefix: the package of its messages. */
export type TopicName = keyof typeof EVENT_TYPES;

/** One topic of the bus. */
export interface TopicDefinition<Name extends TopicName = TopicName> {
  readonly name: Name;
  /** Services that publish on it, in words. */
  readonly publishers: string;
  /** What the key of a record is; records of one key stay in order. */
  readonly key: string;
  /** How long records are kept, in milliseconds. */
  readonly retentionMs: number;
  /** Number of partitions, the same everywhere: a key's partition never changes. */
  readonly partitions: number;
}

const topic = <Name extends TopicName>(
  name: Name,
  about: Pick<TopicDefinition, 'publishers' | 'key' | 'retentionMs'>,
): TopicDefinition<Name> => ({ name, ...about, partitions: 24 });

/** Every topic the contracts have, by the part of its name between `beseda.` and `.v1`. */
export const TOPICS: {
  readonly [Name in TopicName as Name extends `beseda.${infer Short}.v1` ? Short : never]: TopicDefinition<Name>;
} = {
  dialogs: topic('beseda.dialogs.v1', { publishers: 'dialogs', key: 'dialogId', retentionMs: 14 * DAY }),
  contacts: topic('beseda.contacts.v1', { publishers: 'contacts', key: 'contactId', retentionMs: 14 * DAY }),
  presence: topic('beseda.presence.v1', {
    publishers: 'contacts (visitors), routing (operators)',
    key: 'siteId',
    retentionMs: HOUR,
  }),
  settings: topic('beseda.settings.v1', { publishers: 'admin', key: 'kind:siteId:id', retentionMs: 14 * DAY }),
};
