import { EVENT_TYPES } from './gen/event-types.js';
import * as contacts from './gen/index.beseda.contacts.v1.js';
import * as dialogs from './gen/index.beseda.dialogs.v1.js';
import type { EventEnvelope } from './gen/index.beseda.events.v1.js';
import * as presence from './gen/index.beseda.presence.v1.js';
import * as settings from './gen/index.beseda.settings.v1.js';
import { TOPICS, type TopicName } from './topics.js';

/** {@link eventTypeOf} among types. */
export type EventTypeOf<Case extends string> = Case extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `.${Lowercase<First>}`}${EventTypeOf<Rest>}`
  : Case;

/** Name of an event type from the name of its body field: `messagePosted` → `message.posted`. */
export const eventTypeOf = <Case extends string>(bodyCase: Case): EventTypeOf<Case> =>
  bodyCase.replace(/[A-Z]/g, (c) => `.${c.toLowerCase()}`) as EventTypeOf<Case>;

/** Name of the body field from the event type: `message.posted` → `messagePosted`. */
export const bodyCaseOf = (type: string): string => type.replace(/\.([a-z])/g, (_, c: string) => c.toUpperCase());

/** A record as the bus carries it (the same shape as `BusRecord` of `@beseda/bus`). */
export interface EventRecord {
  topic: string;
  key: string;
  value: Uint8Array;
  headers: Record<string, string>;
}

/** CloudEvents attributes as record headers; https://github.com/cloudevents/spec, Kafka binding, binary mode. */
export function eventHeaders(source: string, envelope: EventEnvelope): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: envelope.eventId,
    ce_type: envelope.type,
    ce_source: source,
    ce_time: (envelope.occurredAt ?? new Date(0)).toISOString(),
    ce_subject: envelope.aggregateId,
    correlation_id: envelope.correlationId,
  };
}

const required = (envelope: EventEnvelope | undefined): EventEnvelope => {
  if (!envelope) throw new TypeError('an event without an envelope cannot be published');
  return envelope;
};

/** Record of a dialog's event. */
export function dialogEventRecord(event: dialogs.DialogEvent): EventRecord {
  const envelope = required(event.envelope);
  return {
    topic: TOPICS.dialogs.name,
    key: envelope.aggregateId,
    value: dialogs.DialogEvent.encode(event).finish(),
    headers: eventHeaders('dialogs', envelope),
  };
}

/** Record of a contact's event. */
export function contactEventRecord(event: contacts.ContactEvent): EventRecord {
  const envelope = required(event.envelope);
  return {
    topic: TOPICS.contacts.name,
    key: envelope.aggregateId,
    value: contacts.ContactEvent.encode(event).finish(),
    headers: eventHeaders('contacts', envelope),
  };
}

/** Record of a presence event; keyed by site. */
export function presenceEventRecord(source: string, event: presence.PresenceEvent): EventRecord {
  const envelope = required(event.envelope);
  return {
    topic: TOPICS.presence.name,
    key: envelope.siteId,
    value: presence.PresenceEvent.encode(event).finish(),
    headers: eventHeaders(source, envelope),
  };
}

/** Event type of every record on the settings topic. */
export const [SETTING_CHANGED] = EVENT_TYPES[TOPICS.settings.name];

/** Record of a setting's full state. */
export function settingRecord(setting: settings.Setting, correlationId: string): EventRecord {
  const key = `${setting.kind}:${setting.siteId}:${setting.id}`;
  return {
    topic: TOPICS.settings.name,
    key,
    value: settings.Setting.encode(setting).finish(),
    headers: {
      ce_specversion: '1.0',
      ce_id: `${key}:${setting.version}`,
      ce_type: SETTING_CHANGED,
      ce_source: 'admin',
      ce_subject: key,
      correlation_id: correlationId,
    },
  };
}

/** A decoded record: which kind it is tells the topic it came by. */
export type DecodedEvent =
  | { kind: 'dialog'; event: dialogs.DialogEvent }
  | { kind: 'contact'; event: contacts.ContactEvent }
  | { kind: 'presence'; event: presence.PresenceEvent }
  | { kind: 'setting'; event: settings.Setting };

/** Decodes a record of any topic of {@link TOPICS}; undefined for another topic. Throws on damaged bytes. */
export function decodeEvent(topic: string, value: Uint8Array): DecodedEvent | undefined {
  switch (topic) {
    case TOPICS.dialogs.name:
      return { kind: 'dialog', event: dialogs.DialogEvent.decode(value) };
    case TOPICS.contacts.name:
      return { kind: 'contact', event: contacts.ContactEvent.decode(value) };
    case TOPICS.presence.name:
      return { kind: 'presence', event: presence.PresenceEvent.decode(value) };
    case TOPICS.settings.name:
      return { kind: 'setting', event: settings.Setting.decode(value) };
    default:
      return undefined;
  }
}

/** The topic of each event type. */
const TOPIC_OF = new Map<string, TopicName>(
  Object.values(TOPICS).flatMap(({ name }) => EVENT_TYPES[name].map((type) => [type, name] as const)),
);

/** The topic an event type is published on; throws for a type that the contracts do not have. */
export function topicOfEventType(type: string): TopicName {
  const topic = TOPIC_OF.get(type);
  if (!topic) throw new TypeError(`nothing publishes events of type "${type}"`);
  return topic;
}

/** Event types of a dialog, in the order of their field numbers. */
export const DIALOG_EVENT_TYPES = EVENT_TYPES[TOPICS.dialogs.name];
/** Name of an event type of a dialog. */
export type DialogEventType = (typeof DIALOG_EVENT_TYPES)[number];
