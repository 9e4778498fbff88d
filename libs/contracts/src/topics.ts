const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** One topic of the bus. */
export interface TopicDefinition {
  /** Name without the installation's prefix. */
  readonly name: string;
  /** What the key of a record is; records of one key stay in order. */
  readonly key: string;
  /** How long records are kept, in milliseconds. */
  readonly retentionMs: number;
  /** Number of partitions, the same everywhere: a key's partition never changes. */
  readonly partitions: number;
}

const topic = (name: string, key: string, retentionMs: number): TopicDefinition => ({
  name,
  key,
  retentionMs,
  partitions: 24,
});

/** Every topic that something publishes to today. */
export const TOPICS = {
  dialogs: topic('beseda.dialogs.v1', 'dialogId', 14 * DAY),
  contacts: topic('beseda.contacts.v1', 'contactId', 14 * DAY),
  presence: topic('beseda.presence.v1', 'siteId', HOUR),
  settings: topic('beseda.settings.v1', 'kind:siteId:id', 14 * DAY),
} as const satisfies Record<string, TopicDefinition>;
