import { OFFLINE_ASKS } from '@beseda/api';
import type { ModelDefinition } from '@beseda/mongo';
import { type mongo, Schema } from 'mongoose';
import { DEFAULT_WIDGET, type Site } from '../../domain/site.js';
import { PEOPLE_MODELS } from './people.documents.js';

export type { OperatorDocument, SessionDocument } from './people.documents.js';

/** What a document has whose whole state is published after each change. */
export interface Published {
  _id: string;
  version: number;
  /** Set while the present version waits to be published. */
  outboxSince?: Date;
  /** Of the request that made the present version. */
  correlationId: string;
  createdAt: Date;
}

export interface SiteDocument extends Published, Omit<Site, 'id' | 'version'> {
  identitySecret: mongo.Binary | Uint8Array;
  /** The operator who made the site and is still to become its superadmin; gone once done. */
  grantTo?: string;
}

/** Failed sign-ins under one key, `email:…` or `address:…`. */
export interface LoginAttemptsDocument {
  _id: string;
  failures: number;
  lockedUntil?: Date;
  expiresAt: Date;
}

/** What the first start decided; one document. */
export interface InstallationDocument {
  _id: string;
  siteId: string;
  operatorId: string;
  login: string;
  passwordNonce: mongo.Binary | Uint8Array;
  /** Whether the generated password has reached whoever started Beseda. */
  passwordShown: boolean;
  /** Until then one replica has the right to show it. */
  showingUntil?: Date;
  createdAt: Date;
}

const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, autoIndex: false } as const;
const PART = { _id: false, ...OPTIONS } as const;
const text = { type: String, required: true } as const;
/** Present, but may be empty. */
const anyText = { type: String, default: '' } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const published = { _id: text, version: number, outboxSince: Date, correlationId: anyText, createdAt: date };

const oneOf = (words: readonly string[]): object => ({ type: String, enum: words, required: true });
const flag = { type: Boolean, required: true } as const;
const localized = { type: new Schema({ ru: anyText, en: anyText }, PART), required: true };
/** Every setting of the chat. What may be in it was checked by its schema; one that is not stored yet has its default on reading. */
const widget = new Schema(
  Object.fromEntries(Object.keys(DEFAULT_WIDGET).map((name) => [name, { type: Schema.Types.Mixed }])),
  PART,
);
const offline = new Schema(
  { enabled: flag, text: localized, ask: oneOf(OFFLINE_ASKS), consentText: localized, consentUrl: anyText },
  PART,
);
const surroundings = new Schema({ mailDomain: anyText, poweredByLocked: flag }, PART);

const siteSchema = new Schema<SiteDocument>(
  {
    ...published,
    number,
    name: text,
    domains: [String],
    widget: { type: widget, required: true },
    offline: { type: offline, required: true },
    senderName: text,
    surroundings: { type: surroundings, required: true },
    reopenWindowHours: number,
    maxFileBytes: number,
    identitySecret: { type: Buffer, required: true },
    identitySecretVersion: number,
    grantTo: String,
  },
  OPTIONS,
);

const loginAttemptsSchema = new Schema<LoginAttemptsDocument>(
  { _id: text, failures: number, lockedUntil: Date, expiresAt: date },
  OPTIONS,
);

const installationSchema = new Schema<InstallationDocument>(
  {
    _id: text,
    siteId: text,
    operatorId: text,
    login: text,
    passwordNonce: { type: Buffer, required: true },
    passwordShown: { type: Boolean, required: true },
    showingUntil: Date,
    createdAt: date,
  },
  OPTIONS,
);

/** Models of the service. */
export const MODELS: readonly ModelDefinition[] = [
  { name: 'Site', schema: siteSchema, collection: 'sites' },
  ...PEOPLE_MODELS,
  { name: 'LoginAttempts', schema: loginAttemptsSchema, collection: 'login_attempts' },
  { name: 'Installation', schema: installationSchema, collection: 'installation' },
];
