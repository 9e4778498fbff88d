import type { AuthorKind, DialogEvent, EventActor, MessageFile, VisibleEvent } from './events.js';
import type { ApiProblem } from './http.js';
import type { OutgoingFile, OutgoingItem, OutgoingSavedFile, OutgoingState } from './send-queue.js';

/** State of a message on screen. `unknown` belongs to channels whose provider did not answer. */
export type MessageState = OutgoingState | 'sent' | 'delivered' | 'read' | 'unknown';

/** A message or a note, stored or on its way. */
export interface MessageItem {
  readonly kind: 'message' | 'note';
  /** Stays the same while an own message goes from written to stored. */
  readonly key: string;
  /** Null until the server stored it. */
  readonly seq: number | null;
  readonly author: AuthorKind;
  /** Null for what is on its way: it is the user's own. */
  readonly actor: EventActor | null;
  /** Written by this client (its event carries a client id or has not arrived yet). */
  readonly own: boolean;
  readonly state: MessageState;
  readonly text?: string;
  readonly file?: MessageFile;
  /** The picked or saved file of a message on its way. */
  readonly outgoingFile?: OutgoingFile | OutgoingSavedFile;
  readonly clientMessageId?: string;
  readonly channel?: string;
  readonly sentVia?: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** When this client got the event, in milliseconds since the epoch: tells how old the file's url is. */
  readonly receivedAt: number;
  /** Why it failed. */
  readonly problem?: ApiProblem;
}

/** Anything else that happened and that the reader may see. */
export interface EventItem {
  readonly kind: 'event';
  readonly key: string;
  readonly seq: number;
  readonly event: VisibleEvent;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** One entry of a timeline's view. */
export type TimelineItem = MessageItem | EventItem;

/** An event with the time it came in. */
export interface TimelineEntry {
  readonly event: DialogEvent;
  readonly receivedAt: number;
}

/** An own message whose answer came before its event. */
export interface SentItem {
  readonly item: OutgoingItem;
  readonly messageId: string;
  readonly seq: number;
}

/** What {@link buildItems} puts together. */
export interface ItemsInput {
  readonly own: 'contact' | 'operator';
  readonly entries: readonly TimelineEntry[];
  readonly delivered: number;
  readonly read: number;
  readonly confirmed: readonly SentItem[];
  readonly outgoing: readonly OutgoingItem[];
}

/** Watermarks and hidden events change what is shown but are no entries of their own. */
const SILENT = new Set<string>(['hidden', 'delivery.changed', 'dialog.read', 'dialog.tagged']);

/** The view of a timeline: stored entries by seq, then what is confirmed but has not arrived, then what is on its way. */
export function buildItems(input: ItemsInput): readonly TimelineItem[] {
  const items: TimelineItem[] = [];
  for (const entry of input.entries) {
    const item = storedItem(entry, input);
    if (item) items.push(item);
  }
  const confirmed = [...input.confirmed].sort((a, b) => a.seq - b.seq);
  for (const { item, seq } of confirmed) items.push({ ...ownItem(item, input.own), seq, state: 'sent' });
  for (const item of input.outgoing) items.push(ownItem(item, input.own));
  return items;
}

function storedItem({ event, receivedAt }: TimelineEntry, input: ItemsInput): TimelineItem | null {
  if (event.type === 'hidden' || SILENT.has(event.type)) return null;
  const base = { seq: event.seq, at: event.occurredAt, actor: event.actor, receivedAt };
  if (event.type === 'message.posted') {
    const { author, channel, sentVia, text, file, clientMessageId } = event.payload;
    return {
      ...base,
      kind: 'message',
      key: clientMessageId ?? event.eventId,
      author,
      own: clientMessageId !== undefined,
      state: author === 'contact' ? 'sent' : teamState(event.seq, input),
      channel,
      sentVia,
      ...(clientMessageId === undefined ? {} : { clientMessageId }),
      ...(text === undefined ? {} : { text }),
      ...(file === undefined ? {} : { file }),
    };
  }
  if (event.type === 'note.added') {
    const { text, clientMessageId } = event.payload;
    const key = clientMessageId ?? event.eventId;
    return { ...base, kind: 'note', key, author: 'operator', own: clientMessageId !== undefined, state: 'sent', text };
  }
  return { kind: 'event', key: event.eventId, seq: event.seq, event, at: event.occurredAt };
}

function teamState(seq: number, { delivered, read }: ItemsInput): MessageState {
  if (seq <= read) return 'read';
  return seq <= delivered ? 'delivered' : 'sent';
}

function ownItem(item: OutgoingItem, own: 'contact' | 'operator'): MessageItem {
  return {
    kind: item.kind,
    key: item.clientMessageId,
    seq: null,
    author: own,
    actor: null,
    own: true,
    state: item.state,
    clientMessageId: item.clientMessageId,
    at: new Date(item.createdAt).toISOString(),
    receivedAt: item.createdAt,
    ...(item.text === undefined ? {} : { text: item.text }),
    ...(item.file || item.savedFile ? { outgoingFile: item.file ?? item.savedFile } : {}),
    ...(item.problem === undefined ? {} : { problem: item.problem }),
  };
}
