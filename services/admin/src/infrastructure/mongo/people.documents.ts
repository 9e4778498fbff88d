import { LOCALES, ROLES, THEMES, VISIBILITIES } from '@beseda/api';
import type { ModelDefinition } from '@beseda/mongo';
import { type mongo, Schema } from 'mongoose';
import { MAIL_STATES, MAIL_TEMPLATES, type MailState, type MailTemplate } from '../../domain/mail.js';
import type { Locale, Operator } from '../../domain/operator.js';
import type { KeptSession, Session } from '../../domain/session.js';
import type { Team } from '../../domain/team.js';
import type { Published } from './documents.js';

export type Bytes = mongo.Binary | Uint8Array;

/** A mail that is to be written, kept in the document whose change asks for it until it is in the queue. */
export interface MailIntent {
  mailId: string;
  template: MailTemplate;
  /** What was asked for; the operator's own choice comes first. */
  locale: Locale;
  /** Of the site the mail is about; absent: the installation. */
  siteId?: string;
  /** Name of who invites. */
  by?: string;
  /** A former address it goes to; absent: the present one. */
  to?: string;
  /** Encrypted; for an invitation the one-time password. */
  sealed?: Bytes;
  at: Date;
}

/** An authenticator app that is asked for a code when signing in. */
export interface StoredSecondFactor {
  /** Encrypted. */
  secret: Bytes;
  /** The time step of the last code used (RFC 6238); codes of it and of earlier steps are refused. */
  lastStep: number;
  /** Keyed hashes of the recovery codes that are left. */
  recovery: string[];
}

export interface OperatorDocument extends Published, Omit<Operator, 'id' | 'version'> {
  /** Empty: no password, signs in by single sign-on. */
  passwordHash: string;
  /** Set: the password is a one-time one of an invitation, and good until then. */
  oneTimeUntil?: Date;
  /** The present invitation: its mail, and until when its password works if there is one. */
  invitation?: { mailId: string; at: Date; expiresAt?: Date };
  keptSession?: KeptSession;
  secondFactor?: StoredSecondFactor;
  /** A secret that waits to be confirmed by a first code. */
  secondFactorStart?: { secret: Bytes; at: Date };
  /** A link to set a new password: SHA-256 of its token. */
  reset?: { digest: string; expiresAt: Date };
  lastSignInAt?: Date;
  /** Subject at the single sign-on provider. */
  ssoSubject?: string;
  mailIntents?: MailIntent[];
  /** Set while there are intents. */
  mailSince?: Date;
}

export interface SessionDocument extends Omit<Session, 'id' | 'lastUsedAt'> {
  _id: string;
  /** Absent: as old as the session. */
  lastUsedAt?: Date;
  /** It is over, and its operator is to be told so by the document of the operator. */
  endingSince?: Date;
}

export interface TeamDocument extends Published, Omit<Team, 'id' | 'version'> {
  /** {@link teamKey}; unset once deleted. */
  nameKey?: string;
  deletedAt?: Date;
}

/** A mail of the installation on its way, and what became of it. */
export interface MailDocument {
  _id: string;
  template: MailTemplate;
  state: MailState;
  locale: Locale;
  /** Whom it is for: the address is looked up when it is sent. */
  operatorId?: string;
  /** For somebody who may be no operator at all. */
  email?: string;
  siteId?: string;
  by?: string;
  /** A former address of the operator it goes to; absent: the present one. */
  to?: string;
  sealed?: Bytes;
  attempts: number;
  /** When it is to be tried next, or a sender that has taken it counts as dead; unset once it is done. */
  dueAt?: Date;
  /** Who has taken it. */
  lease?: string;
  /** When the state became what it is. */
  at: Date;
  /** Name of the file, or what the server said. */
  detail: string;
  createdAt: Date;
  /** Done long ago: may be forgotten. */
  forgetAt: Date;
}

/** The lock under which somebody stops being a superadmin. */
export interface LockDocument {
  _id: string;
  owner: string;
  until: Date;
}

const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, autoIndex: false } as const;
const PART = { _id: false, ...OPTIONS } as const;
const text = { type: String, required: true } as const;
const anyText = { type: String, default: '' } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const flag = { type: Boolean, required: true } as const;
const bytes = { type: Buffer, required: true } as const;
const oneOf = (words: readonly string[]): object => ({ type: String, enum: words, required: true });
const published = { _id: text, version: number, outboxSince: Date, correlationId: anyText, createdAt: date };
const part = (definition: Record<string, unknown>): object => ({
  type: new Schema(definition, PART),
  required: false,
});

const siteRole = new Schema(
  { siteId: text, role: oneOf(ROLES), visibility: oneOf(VISIBILITIES), noContactExport: flag, noMassMailing: flag },
  PART,
);
const mailIntent = new Schema(
  {
    mailId: text,
    template: oneOf(MAIL_TEMPLATES),
    locale: oneOf(LOCALES),
    siteId: String,
    by: String,
    to: String,
    sealed: Buffer,
    at: date,
  },
  PART,
);

const operatorSchema = new Schema<OperatorDocument>(
  {
    ...published,
    email: text,
    name: text,
    internalName: anyText,
    sites: [siteRole],
    disabled: flag,
    tokenVersion: number,
    endedSessions: [new Schema({ sessionId: text, endedAt: date }, PART)],
    avatarFileId: anyText,
    locale: { type: String, enum: ['', ...LOCALES], default: '' },
    theme: { type: String, enum: ['', ...THEMES], default: '' },
    invited: flag,
    passwordHash: anyText,
    oneTimeUntil: Date,
    invitation: part({ mailId: text, at: date, expiresAt: Date }),
    keptSession: part({ sessionId: text, tokenVersion: number }),
    secondFactor: part({ secret: bytes, lastStep: number, recovery: [String] }),
    secondFactorStart: part({ secret: bytes, at: date }),
    reset: part({ digest: text, expiresAt: date }),
    lastSignInAt: Date,
    ssoSubject: String,
    mailIntents: { type: [mailIntent], default: undefined },
    mailSince: Date,
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
    lastUsedAt: Date,
    expiresAt: date,
    address: anyText,
    userAgent: anyText,
    endingSince: Date,
  },
  OPTIONS,
);

const teamSchema = new Schema<TeamDocument>(
  { ...published, siteId: text, name: text, nameKey: String, operatorIds: [String], deletedAt: Date },
  OPTIONS,
);

const mailSchema = new Schema<MailDocument>(
  {
    _id: text,
    template: oneOf(MAIL_TEMPLATES),
    state: oneOf(MAIL_STATES),
    locale: oneOf(LOCALES),
    operatorId: String,
    email: String,
    siteId: String,
    by: String,
    to: String,
    sealed: Buffer,
    attempts: number,
    dueAt: Date,
    lease: String,
    at: date,
    detail: anyText,
    createdAt: date,
    forgetAt: date,
  },
  OPTIONS,
);

const lockSchema = new Schema<LockDocument>({ _id: text, owner: text, until: date }, OPTIONS);

/** Models of people: operators, sessions, teams, mails. */
export const PEOPLE_MODELS: readonly ModelDefinition[] = [
  { name: 'Operator', schema: operatorSchema, collection: 'operators' },
  { name: 'Session', schema: sessionSchema, collection: 'sessions' },
  { name: 'Team', schema: teamSchema, collection: 'teams' },
  { name: 'Mail', schema: mailSchema, collection: 'mails' },
  { name: 'Lock', schema: lockSchema, collection: 'locks' },
];
