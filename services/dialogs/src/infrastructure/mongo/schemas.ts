import { CHANNELS, STATUSES } from '@beseda/api';
import type { ModelDefinition } from '@beseda/mongo';
import { Schema } from 'mongoose';

import type {
  ContactDocument,
  DialogDocument,
  EventEntry,
  ReadMarkDocument,
  TagProgressDocument,
} from './documents.js';

const text = { type: String, required: true } as const;
/** A text that may be empty, which mongoose does not take for "present". */
const anyText = { type: String, default: '' } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const bytes = { type: Buffer, required: true } as const;
/** No `__v`, nothing outside the schema, empty objects are kept. */
const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, id: false } as const;

const eventFields = {
  _id: text,
  siteId: text,
  dialogId: text,
  seq: number,
  type: text,
  occurredAt: date,
  sendKey: String,
  traceparent: String,
  envelope: bytes,
  body: Buffer,
  salt: Buffer,
  bodyDigest: bytes,
  prevHash: bytes,
  hash: bytes,
};

export const eventSchema = new Schema<EventEntry>(eventFields, OPTIONS);

const lastMessage = new Schema(
  {
    seq: number,
    author: text,
    operatorId: String,
    text: String,
    file: { type: new Schema({ name: text, type: text }, { ...OPTIONS, _id: false }) },
    at: date,
  },
  { ...OPTIONS, _id: false },
);

export const dialogSchema = new Schema<DialogDocument>(
  {
    _id: text,
    siteId: text,
    seq: number,
    status: { type: String, required: true, enum: STATUSES },
    channel: { type: String, required: true, enum: CHANNELS },
    connection: text,
    externalThread: text,
    openKey: String,
    contact: {
      id: text,
      name: anyText,
      nameSeq: number,
      email: anyText,
      emailSeq: number,
      phone: anyText,
      phoneSeq: number,
    },
    assigneeId: anyText,
    tags: [String],
    tagKeys: [String],
    createdAt: date,
    lastActivityAt: date,
    closedAt: Date,
    waitingSince: Date,
    lastMessage: { type: lastMessage },
    answerChannel: { type: String, required: true, enum: CHANNELS },
    contactMessages: number,
    contactSeqs: [Number],
    teamMessages: number,
    teamSeqs: [Number],
    deliveredSeq: number,
    readSeq: number,
    listed: { type: Boolean, required: true },
    tokens: [String],
    sends: { type: [String], default: undefined },
    due: [{ _id: false, what: text, at: date }],
    nextDueAt: Date,
    lastHash: bytes,
    outbox: [new Schema<EventEntry>(eventFields, OPTIONS)],
    outboxSince: Date,
  },
  OPTIONS,
);

const contactSchema = new Schema<ContactDocument>(
  {
    _id: text,
    siteId: text,
    contactId: text,
    name: anyText,
    nameSeq: number,
    email: anyText,
    emailSeq: number,
    phone: anyText,
    phoneSeq: number,
    mergedInto: String,
    aliases: [String],
  },
  OPTIONS,
);

const readMarkSchema = new Schema<ReadMarkDocument>(
  { _id: text, siteId: text, operatorId: text, dialogId: text, seq: number },
  OPTIONS,
);

const tagProgressSchema = new Schema<TagProgressDocument>(
  { _id: text, siteId: text, tagId: text, version: number },
  OPTIONS,
);

export const DIALOGS = 'dialogs';
export const DIALOG_EVENTS = 'dialog_events';
export const CONTACT_COPIES = 'contact_copies';
export const READ_MARKS = 'read_marks';
export const TAG_PROGRESS = 'tag_progress';

export const MODELS: readonly ModelDefinition[] = [
  { name: 'Dialog', schema: dialogSchema, collection: DIALOGS },
  { name: 'DialogEvent', schema: eventSchema, collection: DIALOG_EVENTS },
  { name: 'ContactCopy', schema: contactSchema, collection: CONTACT_COPIES },
  { name: 'ReadMark', schema: readMarkSchema, collection: READ_MARKS },
  { name: 'TagProgress', schema: tagProgressSchema, collection: TAG_PROGRESS },
];
