import type { OutboxAggregate, OutboxEntry } from '@beseda/outbox';
import type { mongo } from 'mongoose';
import type { Channel, DialogStatus, LastMessage, Timer } from '../../domain/index.js';

/** Bytes as they are written (Buffer) or read (Binary). */
export type Bytes = mongo.Binary | Uint8Array;

/** An event, waiting in the outbox of its dialog or in the timeline: the same record in both. `_id` is the event id. */
export interface EventEntry extends OutboxEntry {
  dialogId: string;
  type: string;
  occurredAt: Date;
  /** What a repeated send is known by; only messages and notes have it. */
  sendKey?: string;
  /** protobuf `EventEnvelope`: these very bytes are in the hash chain. */
  envelope: Bytes;
  /** protobuf `DialogEventBody`; absent, like the salt, once erased. */
  body?: Bytes;
  salt?: Bytes;
  bodyDigest: Bytes;
  prevHash: Bytes;
  hash: Bytes;
}

/** A dialog: its state, what lists and the search need, what it waits for, and the events not yet handed on. */
export interface DialogDocument extends OutboxAggregate<EventEntry> {
  status: Exclude<DialogStatus, 'new'>;
  channel: Channel;
  connection: string;
  externalThread: string;
  /** The thread, as long as the dialog is open; unique. */
  openKey?: string;
  /** Copy of the contact; the seqs are those of the events that set the fields. */
  contact: {
    id: string;
    name: string;
    nameSeq: number;
    email: string;
    emailSeq: number;
    phone: string;
    phoneSeq: number;
  };
  /** Empty: nobody; so that "nobody's" is found like anybody's. */
  assigneeId: string;
  tags: string[];
  /** The tags as they are compared. */
  tagKeys: string[];
  createdAt: Date;
  lastActivityAt: Date;
  closedAt?: Date;
  waitingSince?: Date;
  lastMessage?: LastMessage;
  answerChannel: Channel;
  contactMessages: number;
  contactSeqs: number[];
  teamMessages: number;
  teamSeqs: number[];
  deliveredSeq: number;
  readSeq: number;
  /** Whether operators' default lists show it: the contact has written. */
  listed: boolean;
  /** Words it is found by. */
  tokens: string[];
  /** Keys of the newest sends; unique over all dialogs. Absent in dialogs older than the field. */
  sends?: string[];
  due: Timer[];
  nextDueAt?: Date;
  /** Hash of the last event. */
  lastHash: Bytes;
}

/** What is remembered of a contact. `_id` is `siteId:contactId`. */
export interface ContactDocument {
  _id: string;
  siteId: string;
  contactId: string;
  name: string;
  nameSeq: number;
  email: string;
  emailSeq: number;
  phone: string;
  phoneSeq: number;
  mergedInto?: string;
  aliases: string[];
}

/** How far dialogs have followed a tag of the catalogue. `_id` is `siteId:tagId`. */
export interface TagProgressDocument {
  _id: string;
  siteId: string;
  tagId: string;
  version: number;
}

/** How far an operator has read a dialog. `_id` is `siteId:operatorId:dialogId`. */
export interface ReadMarkDocument {
  _id: string;
  siteId: string;
  operatorId: string;
  dialogId: string;
  seq: number;
}
