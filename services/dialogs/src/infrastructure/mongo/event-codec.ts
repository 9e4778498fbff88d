import { randomBytes } from 'node:crypto';
import { dialogsV1, eventsV1 } from '@beseda/contracts';
import { bytesOf } from '@beseda/mongo';
import { currentTraceparent } from '@beseda/tracing';
import { actorNumber } from '../../application/contract-names.js';
import { eventBody } from '../../application/event-body.js';
import { newId } from '../../application/ids.js';
import type { EarlierSend } from '../../application/ports.js';
import { sendKey } from '../../application/sends.js';
import { type DialogEvent, SALT_BYTES, assertEventSize, bodyDigest, chainHash } from '../../domain/index.js';
import type { EventEntry } from './documents.js';

/** Where events are added. */
export interface ChainEnd {
  readonly siteId: string;
  readonly dialogId: string;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly correlationId: string;
}

/** Events as they are stored, each chained to the one before it. */
export function entriesOf(end: ChainEnd, events: readonly DialogEvent[]): EventEntry[] {
  const entries: EventEntry[] = [];
  let { seq, hash } = end;
  for (const event of events) {
    const entry = entryOf({ ...end, seq, hash }, event);
    entries.push(entry);
    seq = entry.seq;
    hash = bytesOf(entry.hash);
  }
  return entries;
}

function entryOf({ siteId, dialogId, seq, hash, correlationId }: ChainEnd, event: DialogEvent): EventEntry {
  const eventId = eventIdOf(event);
  const envelope = eventsV1.EventEnvelope.encode({
    eventId,
    siteId,
    aggregateId: dialogId,
    seq: seq + 1,
    type: event.type,
    occurredAt: event.at,
    correlationId,
    causationId: '',
    actor: { kind: actorNumber(event.by.kind), id: event.by.id },
  }).finish();
  const body = dialogsV1.DialogEventBody.encode(eventBody(event)).finish();
  assertEventSize(envelope.length + body.length);
  const salt = randomBytes(SALT_BYTES);
  const digest = bodyDigest(salt, body);
  const key = sendKeyOf(siteId, event);
  const traceparent = currentTraceparent();
  return {
    _id: eventId,
    siteId,
    dialogId,
    seq: seq + 1,
    type: event.type,
    occurredAt: event.at,
    ...(key !== undefined && { sendKey: key }),
    ...(traceparent !== undefined && { traceparent }),
    envelope: Buffer.from(envelope),
    body: Buffer.from(body),
    salt,
    bodyDigest: Buffer.from(digest),
    prevHash: Buffer.from(hash),
    hash: Buffer.from(chainHash(hash, envelope, digest)),
  };
}

/** What the sends among some entries are known by. */
export const sendKeysOf = (entries: readonly EventEntry[]): string[] =>
  entries.flatMap(({ sendKey: key }) => (key === undefined ? [] : [key]));

/** A stored message or note as the send it came by. */
export function earlierSendOf(entry: Pick<EventEntry, '_id' | 'dialogId' | 'type' | 'seq' | 'body'>): EarlierSend {
  const sent = { dialogId: entry.dialogId, type: entry.type, id: entry._id, seq: entry.seq };
  const body = entry.body && dialogsV1.DialogEventBody.decode(bytesOf(entry.body)).body;
  if (body?.$case === 'noteAdded') return { ...sent, content: { text: body.value.text } };
  if (body?.$case !== 'messagePosted') return sent;
  const { text, file } = body.value;
  return { ...sent, content: { text, ...(file && { file: { name: file.name, size: file.size } }) } };
}

/** A message or note is known by the id of its event. */
function eventIdOf(event: DialogEvent): string {
  if (event.type === 'message.posted') return event.messageId;
  return event.type === 'note.added' ? event.noteId : newId();
}

const sendKeyOf = (siteId: string, event: DialogEvent): string | undefined =>
  event.type === 'message.posted' || event.type === 'note.added'
    ? sendKey(siteId, event.by, event.clientMessageId)
    : undefined;

/** A stored event as the contracts carry it, with the contact its dialog belongs to and who looks after it now. */
export const eventOf = (
  entry: EventEntry,
  { contactId, assigneeId }: { contactId: string; assigneeId: string },
): dialogsV1.DialogEvent => ({
  envelope: eventsV1.EventEnvelope.decode(bytesOf(entry.envelope)),
  body: entry.body && dialogsV1.DialogEventBody.decode(bytesOf(entry.body)),
  contactId,
  assigneeId,
});
