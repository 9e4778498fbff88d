import { ROLES } from '@beseda/auth';
import type { ModelDefinition } from '@beseda/mongo';
import { type mongo, Schema } from 'mongoose';
import type { Operator } from '../../domain/operator.js';
import type { Rotation } from '../../domain/session.js';
import { type Site, WIDGET_LANGUAGES } from '../../domain/site.js';

/** What a document has whose whole state is published after each change. */
interface Published {
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

export interface OperatorDocument extends Published, Omit<Operator, 'id' | 'version'> {
  passwordHash: string;
}

export interface SessionDocument {
  _id: string;
  operatorId: string;
  tokenVersion: number;
  generation: number;
  rotations: Rotation[];
  createdAt: Date;
  expiresAt: Date;
  address: string;
  userAgent: string;
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

const greeting = new Schema({ ru: anyText, en: anyText }, PART);
const widget = new Schema(
  {
    color: text,
    language: { type: String, enum: WIDGET_LANGUAGES, required: true },
    greeting,
    poweredBy: { type: Boolean, required: true },
  },
  PART,
);

const siteSchema = new Schema<SiteDocument>(
  {
    ...published,
    name: text,
    domains: [String],
    widget: { type: widget, required: true },
    reopenWindowHours: number,
    maxFileBytes: number,
    identitySecret: { type: Buffer, required: true },
    identitySecretVersion: number,
    grantTo: String,
  },
  OPTIONS,
);

const siteRole = new Schema({ siteId: text, role: { type: String, enum: ROLES, required: true } }, PART);
const operatorSchema = new Schema<OperatorDocument>(
  {
    ...published,
    email: text,
    name: text,
    internalName: anyText,
    sites: [siteRole],
    disabled: { type: Boolean, required: true },
    tokenVersion: number,
    passwordHash: text,
  },
  OPTIONS,
);

const rotation = new Schema({ generation: number, at: date }, PART);
const sessionSchema = new Schema<SessionDocument>(
  {
    _id: text,
    operatorId: text,
    tokenVersion: number,
    generation: number,
    rotations: [rotation],
    createdAt: date,
    expiresAt: date,
    address: anyText,
    userAgent: anyText,
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
  { name: 'Operator', schema: operatorSchema, collection: 'operators' },
  { name: 'Session', schema: sessionSchema, collection: 'sessions' },
  { name: 'LoginAttempts', schema: loginAttemptsSchema, collection: 'login_attempts' },
  { name: 'Installation', schema: installationSchema, collection: 'installation' },
];
