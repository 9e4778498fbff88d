import type { ModelDefinition } from '@beseda/mongo';
import { type mongo, Schema } from 'mongoose';
import type { AuditChange } from '../../domain/audit.js';

/** What an entry of the audit log says, whichever log it is in. */
export interface AuditFacts {
  /** Absent: Beseda itself or the command line. */
  operatorId?: string;
  operatorName: string;
  address: string;
  userAgent: string;
  /** Such as `operator.disabled`. */
  action: string;
  /** Kind of what was changed: `site`, `operator`, `team`, … */
  subject: string;
  subjectId: string;
  subjectName: string;
  changes: AuditChange[];
}

/** An entry in the log of one site. The id (UUIDv7) says when. */
export interface AuditDocument extends AuditFacts {
  _id: string;
  /** Absent: concerns the installation and is in no site's log. */
  siteId?: string;
  at: Date;
  /** Names and address in lower case, to search in. */
  search: string;
}

/** By the version of a document a crash can be looked into: it is higher afterwards, or the document is gone. */
export interface AuditGuard {
  collection: string;
  id: string;
  /** Before the change; 0: the document was not there. */
  version: number;
}

/** The same, stored: models have a `collection` of their own. */
export interface StoredGuard extends Omit<AuditGuard, 'collection'> {
  source: string;
}

/** A change that has begun and whose entries are not written. */
export interface AuditIntentDocument extends AuditFacts {
  /** UUIDv7 of when it began. */
  _id: string;
  /** Entries it becomes, one in each log. */
  entries: { id: string; siteId?: string }[];
  guard?: StoredGuard;
  /** Whoever began it has settled it by then, or is no more. */
  settleAt: Date;
}

export interface AuditRetentionDocument {
  /** Of the site. */
  _id: string;
  days: number;
}

export interface ApiKeyDocument {
  _id: string;
  siteId: string;
  version: number;
  name: string;
  /** The readable part of the key; unique in the installation. */
  prefix: string;
  /** SHA-256 of the whole key: with 256 random bits there is nothing to guess, so nothing slower is needed. */
  digest: mongo.Binary | Uint8Array;
  scopes: string[];
  createdAt: Date;
  createdBy: string;
  lastUsedAt?: Date;
  revokedAt?: Date;
  /** One of the places of the site's active keys, `siteId:1` …; unset once revoked. Unique, so the limit holds. */
  slot?: string;
}

/** The installation's licence; one document. */
export interface LicenceDocument {
  _id: string;
  version: number;
  text: string;
  setAt: Date;
}

const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, autoIndex: false } as const;
const PART = { _id: false, ...OPTIONS } as const;
const text = { type: String, required: true } as const;
const anyText = { type: String, default: '' } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;

const facts = {
  operatorId: String,
  operatorName: anyText,
  address: anyText,
  userAgent: anyText,
  action: text,
  subject: text,
  subjectId: anyText,
  subjectName: anyText,
  changes: [new Schema({ path: anyText, before: anyText, after: anyText }, PART)],
};

const auditSchema = new Schema<AuditDocument>(
  { _id: text, siteId: String, at: date, search: anyText, ...facts },
  OPTIONS,
);

const intentSchema = new Schema<AuditIntentDocument>(
  {
    _id: text,
    entries: [new Schema({ id: text, siteId: String }, PART)],
    guard: { type: new Schema({ source: text, id: text, version: number }, PART), required: false },
    settleAt: date,
    ...facts,
  },
  OPTIONS,
);

const retentionSchema = new Schema<AuditRetentionDocument>({ _id: text, days: number }, OPTIONS);

const apiKeySchema = new Schema<ApiKeyDocument>(
  {
    _id: text,
    siteId: text,
    version: number,
    name: text,
    prefix: text,
    digest: { type: Buffer, required: true },
    scopes: [String],
    createdAt: date,
    createdBy: anyText,
    lastUsedAt: Date,
    revokedAt: Date,
    slot: String,
  },
  OPTIONS,
);

const licenceSchema = new Schema<LicenceDocument>({ _id: text, version: number, text: anyText, setAt: date }, OPTIONS);

/** Models of the audit log, API keys and the licence. */
export const SYSTEM_MODELS: readonly ModelDefinition[] = [
  { name: 'Audit', schema: auditSchema, collection: 'audit' },
  { name: 'AuditIntent', schema: intentSchema, collection: 'audit_intents' },
  { name: 'AuditRetention', schema: retentionSchema, collection: 'audit_retention' },
  { name: 'ApiKey', schema: apiKeySchema, collection: 'api_keys' },
  { name: 'Licence', schema: licenceSchema, collection: 'licence' },
];
