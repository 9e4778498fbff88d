import { PARKED_EVENTS, PARKED_EVENTS_INDEXES } from '@beseda/bus';
import { type IndexDefinition, type Migration, ensureIndexes } from '@beseda/mongo';
import { OUTBOX_INDEX } from '@beseda/outbox';
import { CONTACT_COPIES, DIALOGS, DIALOG_EVENTS } from './schemas.js';

/** Newest activity first; the id decides between equal times. */
const NEWEST = { lastActivityAt: -1, _id: -1 } as const;

/** Each index bears the name of the query it serves. */
export const DIALOG_INDEXES: readonly IndexDefinition[] = [
  { key: { openKey: 1 }, name: 'open_of_thread', unique: true, sparse: true },
  OUTBOX_INDEX,
  { key: { 'outbox.sendKey': 1 }, name: 'send_in_outbox', sparse: true },
  { key: { sends: 1 }, name: 'recent_send', unique: true, sparse: true },
  { key: { nextDueAt: 1 }, name: 'due', sparse: true },
  { key: { siteId: 1, 'contact.id': 1, status: 1 }, name: 'unfinished_of_contact' },
  { key: { siteId: 1, _id: 1 }, name: 'log_of_site' },
  { key: { siteId: 1, listed: 1, ...NEWEST }, name: 'list_all' },
  { key: { siteId: 1, listed: 1, status: 1, ...NEWEST }, name: 'list_by_status' },
  { key: { siteId: 1, listed: 1, assigneeId: 1, ...NEWEST }, name: 'list_by_assignee' },
  { key: { siteId: 1, listed: 1, status: 1, assigneeId: 1, ...NEWEST }, name: 'list_by_status_and_assignee' },
  { key: { siteId: 1, listed: 1, channel: 1, ...NEWEST }, name: 'list_by_channel' },
  { key: { siteId: 1, tagKeys: 1, ...NEWEST }, name: 'list_by_tag' },
  { key: { siteId: 1, 'contact.id': 1, ...NEWEST }, name: 'list_by_contact' },
  { key: { siteId: 1, tokens: 1 }, name: 'search_words' },
];

export const EVENT_INDEXES: readonly IndexDefinition[] = [
  { key: { dialogId: 1, seq: 1 }, name: 'timeline_of_dialog', unique: true },
  { key: { sendKey: 1 }, name: 'send_in_timeline', sparse: true },
];

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'indexes of dialogs, their events and parked records',
    up: async (db) => {
      await ensureIndexes(db, DIALOGS, DIALOG_INDEXES);
      await ensureIndexes(db, DIALOG_EVENTS, EVENT_INDEXES);
      await ensureIndexes(
        db,
        PARKED_EVENTS,
        PARKED_EVENTS_INDEXES.map(({ key, name }) => ({ key: { ...key }, name })),
      );
    },
  },
  {
    version: 2,
    name: 'index of recent sends',
    up: (db) => ensureIndexes(db, DIALOGS, DIALOG_INDEXES),
  },
  {
    version: 3,
    name: 'phones of contacts',
    up: async (db) => {
      const unknown = { $exists: false };
      await db
        .collection(DIALOGS)
        .updateMany({ 'contact.phoneSeq': unknown }, { $set: { 'contact.phone': '', 'contact.phoneSeq': 0 } });
      await db.collection(CONTACT_COPIES).updateMany({ phoneSeq: unknown }, { $set: { phone: '', phoneSeq: 0 } });
    },
  },
];
