import type { LeasedDocument } from '@beseda/leases';
import type { ModelDefinition } from '@beseda/mongo';
import { type mongo, Schema } from 'mongoose';
import { type Contact, HISTORY_KINDS } from '../../domain/contact.js';

/** An event that waits to be published. */
export interface ContactOutboxEntry {
  /** Event id. */
  _id: string;
  siteId: string;
  seq: number;
  type: string;
  /** The span that committed it, if any. */
  traceparent?: string;
  /** A `ContactEvent` message. */
  event: mongo.Binary | Uint8Array;
}

export interface PropertyDocument {
  key: string;
  value: string | number | boolean;
}

export interface ContactDocument extends Omit<Contact, 'id' | 'properties' | 'history' | 'mergedFrom'> {
  _id: string;
  /** Seq of the newest event. */
  seq: number;
  /** Rises with every write and guards the next. */
  rev: number;
  outbox: ContactOutboxEntry[];
  outboxSince?: Date;
  /** Pairs: a site's key may hold what a field name may not. */
  properties: PropertyDocument[];
  history: Contact['history'][number][];
  mergedFrom: string[];
  /** `siteId:userId` of a verified contact. */
  userKey?: string;
  /** Lower-cased shadows for searching: collations are not used. */
  nameLower: string;
  emailLower: string;
  phoneDigits: string;
}

/** Presence of one contact, by its id. */
export type VisitorDocument = LeasedDocument;

/** A site's identity secret, encrypted, as long as its version is the newest. */
export interface IdentitySecretDocument {
  /** Site id. */
  _id: string;
  version: number;
  sealed: mongo.Binary | Uint8Array;
}

const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, autoIndex: false } as const;
const PART = { _id: false, ...OPTIONS } as const;
const text = { type: String, required: true } as const;
/** Present, but may be empty. */
const anyText = { type: String, default: '' } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const bytes = { type: Buffer, required: true } as const;

const utm = new Schema({ source: anyText, medium: anyText, campaign: anyText, term: anyText, content: anyText }, PART);
const device = new Schema({ browser: anyText, os: anyText, type: { type: String, default: '' } }, PART);
const lastPage = new Schema({ url: text, title: anyText, at: date }, PART);
const property = new Schema({ key: text, value: Schema.Types.Mixed }, PART);
const history = new Schema(
  {
    id: text,
    at: date,
    kind: { type: String, enum: HISTORY_KINDS, required: true },
    name: anyText,
    url: anyText,
    title: anyText,
    props: anyText,
  },
  PART,
);
const entry = new Schema(
  { _id: text, siteId: text, seq: number, type: { type: String, required: true }, traceparent: String, event: bytes },
  OPTIONS,
);

const contactSchema = new Schema<ContactDocument>(
  {
    _id: text,
    siteId: text,
    seq: number,
    rev: number,
    outbox: [entry],
    outboxSince: Date,
    name: anyText,
    email: anyText,
    phone: anyText,
    nameLower: anyText,
    emailLower: anyText,
    phoneDigits: anyText,
    userId: anyText,
    userKey: String,
    verified: { type: Boolean, required: true },
    properties: [property],
    firstSeenAt: date,
    lastSeenAt: date,
    visits: number,
    pageViews: number,
    lastPage,
    referrer: anyText,
    utm,
    device: { type: device, required: true },
    language: anyText,
    timezone: anyText,
    history: [history],
    mergedInto: String,
    mergePending: Boolean,
    mergedFrom: [String],
  },
  OPTIONS,
);

const visitorSchema = new Schema<VisitorDocument>(
  {
    _id: text,
    siteId: text,
    online: { type: Boolean, required: true },
    leases: { type: Schema.Types.Mixed, required: true },
    expiresAt: Date,
    rev: number,
    version: number,
    outboxSince: Date,
    eventId: text,
    changedAt: date,
    correlationId: anyText,
  },
  OPTIONS,
);

const identitySecretSchema = new Schema<IdentitySecretDocument>({ _id: text, version: number, sealed: bytes }, OPTIONS);

/** Models of the service. */
export const MODELS: readonly ModelDefinition[] = [
  { name: 'Contact', schema: contactSchema, collection: 'contacts' },
  { name: 'Visitor', schema: visitorSchema, collection: 'visitors' },
  { name: 'IdentitySecret', schema: identitySecretSchema, collection: 'identity_secrets' },
];
