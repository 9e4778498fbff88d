import type { Dialog, DialogEvent, Timer } from '../../domain/index.js';
import { tagKey, threadKey, tokensOf, tokensToAdd } from '../../domain/index.js';
import type { ContactBrief, StoredDialog } from '../../application/ports.js';
import type { DialogDocument, EventEntry } from './documents.js';
import { sendKeysOf } from './event-codec.js';

/** A stored dialog with the part only the store looks at. */
export interface LoadedDialog extends StoredDialog {
  readonly document: DialogDocument;
}

/** Sends a dialog remembers, so that one key cannot name sends to two dialogs at once: more than one deadline brings. */
export const RECENT_SENDS = 32;

/** The product's dialog out of a document. */
export function loaded(document: DialogDocument): LoadedDialog {
  const { assigneeId, closedAt, waitingSince, lastMessage } = document;
  const { id, name, email, phone } = document.contact;
  const dialog: Dialog = {
    seq: document.seq,
    status: document.status,
    channel: document.channel,
    connection: document.connection,
    externalThread: document.externalThread,
    tags: document.tags,
    createdAt: document.createdAt,
    lastActivityAt: document.lastActivityAt,
    answerChannel: document.answerChannel,
    contactMessages: document.contactMessages,
    contactSeqs: document.contactSeqs,
    teamMessages: document.teamMessages,
    teamSeqs: document.teamSeqs,
    deliveredSeq: document.deliveredSeq,
    readSeq: document.readSeq,
    ...(assigneeId !== '' && { assigneeId }),
    ...(closedAt && { closedAt }),
    ...(waitingSince && { waitingSince }),
    ...(lastMessage && { lastMessage }),
  };
  return { id: document._id, siteId: document.siteId, contact: { id, name, email, phone }, dialog, document };
}

/** Fields a dialog may lack; the rest is always there. */
type Optional = 'openKey' | 'closedAt' | 'waitingSince' | 'lastMessage' | 'nextDueAt';
type StateFields = Omit<
  DialogDocument,
  '_id' | 'siteId' | 'contact' | 'tokens' | 'sends' | 'outbox' | 'outboxSince' | 'lastHash' | Optional
> & { [K in Optional]: DialogDocument[K] | undefined };

/** The fields of a document that a dialog's state decides. */
export function stateFields(siteId: string, dialog: Dialog, timers: readonly Timer[]): StateFields {
  if (dialog.status === 'new') throw new TypeError('a dialog without events is not stored');
  const open = dialog.status === 'open';
  return {
    seq: dialog.seq,
    status: dialog.status,
    channel: dialog.channel,
    connection: dialog.connection,
    externalThread: dialog.externalThread,
    openKey: open ? threadKey(siteId, dialog.connection, dialog.externalThread) : undefined,
    assigneeId: dialog.assigneeId ?? '',
    tags: [...dialog.tags],
    tagKeys: dialog.tags.map(tagKey),
    createdAt: dialog.createdAt,
    lastActivityAt: dialog.lastActivityAt,
    closedAt: dialog.closedAt,
    waitingSince: dialog.waitingSince,
    lastMessage: dialog.lastMessage,
    answerChannel: dialog.answerChannel,
    contactMessages: dialog.contactMessages,
    contactSeqs: [...dialog.contactSeqs],
    teamMessages: dialog.teamMessages,
    teamSeqs: [...dialog.teamSeqs],
    deliveredSeq: dialog.deliveredSeq,
    readSeq: dialog.readSeq,
    listed: dialog.contactMessages > 0,
    due: [...timers],
    nextDueAt: timers.map(({ at }) => at).toSorted((a, b) => a.getTime() - b.getTime())[0],
  };
}

/** Words of events that the search finds. */
const wordsOf = (events: readonly DialogEvent[]): string[] =>
  tokensOf(
    ...events.flatMap((e) => {
      if (e.type === 'note.added') return [e.text];
      return e.type === 'message.posted' ? [e.text, e.file?.name] : [];
    }),
  );

/** Words to add to a document for some events. */
export const newWords = (known: readonly string[], contact: ContactBrief, events: readonly DialogEvent[]): string[] => {
  const words = wordsOf(events);
  return words.length === 0 && known.length > 0
    ? []
    : tokensToAdd(known, words, tokensOf(contact.name, contact.email, contact.phone));
};

/** A document for a new dialog. */
export function newDocument(
  id: string,
  siteId: string,
  contact: DialogDocument['contact'],
  state: { after: Dialog; timers: readonly Timer[]; events: readonly DialogEvent[] },
  entries: EventEntry[],
  now: Date,
): DialogDocument {
  const fields = present({ ...stateFields(siteId, state.after, state.timers) });
  const hash = entries.at(-1)?.hash;
  if (!hash) throw new TypeError('a dialog begins with an event');
  return {
    _id: id,
    siteId,
    ...(fields as Omit<StateFields, Optional>),
    contact,
    tokens: newWords([], contact, state.events),
    sends: sendKeysOf(entries),
    lastHash: hash,
    outbox: entries,
    outboxSince: now,
  };
}

/** What `$set` and `$unset` need to bring a document from one state to another. */
export function stateChange(
  siteId: string,
  before: { dialog: Dialog; timers: readonly Timer[] },
  after: { dialog: Dialog; timers: readonly Timer[] },
): { set: Record<string, unknown>; unset: Record<string, ''> } {
  const old: Record<string, unknown> = { ...stateFields(siteId, before.dialog, before.timers) };
  const set: Record<string, unknown> = {};
  const unset: Record<string, ''> = {};
  for (const [field, value] of Object.entries(stateFields(siteId, after.dialog, after.timers))) {
    if (value === undefined) {
      if (old[field] !== undefined) unset[field] = '';
    } else if (!alike(old[field], value)) set[field] = value;
  }
  return { set, unset };
}

const alike = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

const present = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
