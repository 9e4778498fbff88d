import { type AuthorKind } from '@beseda/realtime';

/** Role of an operator on a site. */
export type Role = 'operator' | 'admin' | 'superadmin';

/** Which dialogs an operator sees, widest first. */
export const VISIBILITIES = ['all', 'team', 'unassigned', 'own'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** The operator who is signed in. */
export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** The strongest of the operator's roles. */
  readonly role: Role;
  readonly internalName?: string;
  readonly avatarUrl?: string | null;
  /** Null: not chosen yet, the device decides. */
  readonly locale?: 'ru' | 'en' | null;
  readonly theme?: 'auto' | 'light' | 'dark' | null;
}

/** A site the operator may see. */
export interface Site {
  readonly id: string;
  readonly name: string;
  /** The operator's role there. */
  readonly role: Role;
  readonly domains?: readonly string[];
  readonly avatarUrl?: string | null;
}

/** A colleague on the site. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled?: boolean;
  readonly avatarUrl?: string | null;
  /** Name for colleagues; empty: as customers see it. */
  readonly internalName?: string;
  /** Has been invited and has not signed in yet. */
  readonly invited?: boolean;
}

/** Whether an operator is there to answer. */
export type PresenceState = 'online' | 'away' | 'offline';

/** Presence of one operator on a site. */
export interface Presence {
  readonly operatorId: string;
  readonly state: PresenceState;
  /** Since when; null when unknown. */
  readonly since: string | null;
}

/** A group of operators. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly operatorIds: readonly string[];
  readonly version: number;
}

export type DialogStatus = 'open' | 'closed' | 'finalized';

/** The last message of a dialog as the list shows it. */
export interface LastMessage {
  readonly author: AuthorKind;
  readonly text?: string;
  readonly file?: { readonly name: string; readonly type: string };
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly seq: number;
  readonly operatorId?: string;
}

/** Who writes, as a row of the list needs it. */
export interface ContactSummary {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly avatarSeed: string;
}

/** One row of the list. */
export interface DialogSummary {
  readonly id: string;
  readonly status: DialogStatus;
  readonly channel: string;
  readonly assigneeId: string | null;
  /** Unread messages of the contact, for the operator who asks. */
  readonly unread: number;
  readonly seq: number;
  readonly lastMessage: LastMessage | null;
  readonly contact: ContactSummary;
  readonly tags: readonly string[];
  /** Time of the oldest unanswered message of the contact. */
  readonly waitingSince: string | null;
  readonly createdAt: string;
  readonly lastActivityAt: string;
  readonly closedAt: string | null;
  /** The contact has read up to. */
  readonly readSeq: number;
  /** The contact's client has received up to. */
  readonly deliveredSeq: number;
}

/** Something a contact did on the site. */
export interface HistoryEntry {
  readonly id: string;
  readonly at: string;
  readonly kind: 'page' | 'event' | 'identified' | 'session';
  readonly name?: string;
  readonly url?: string;
  readonly title?: string;
}

/** Everything known about a contact. */
export interface ContactCard extends ContactSummary {
  readonly siteId: string;
  readonly phone: string | null;
  readonly userId: string | null;
  readonly verified: boolean;
  readonly online: boolean;
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  readonly visits: number;
  readonly pageViews: number;
  readonly properties: Readonly<Record<string, string | number | boolean | null>>;
  readonly lastPage: { readonly url: string; readonly title: string; readonly at: string } | null;
  readonly referrer: string | null;
  readonly utm: {
    readonly source?: string;
    readonly medium?: string;
    readonly campaign?: string;
    readonly term?: string;
    readonly content?: string;
  } | null;
  readonly device: { readonly browser: string; readonly os: string; readonly type: string } | null;
  readonly language: string | null;
  readonly timezone: string | null;
  readonly history: readonly HistoryEntry[];
}

/** A dialog with its contact's card. */
export interface DialogDetail extends DialogSummary {
  readonly contact: ContactCard;
}

export interface DialogPage {
  readonly items: readonly DialogSummary[];
  readonly nextCursor: string | null;
}

export interface DialogCounts {
  readonly all: number;
  readonly mine: number;
  readonly unassigned: number;
}

/** Largest file a message can carry, bytes; the server refuses more. */
export const MAX_FILE_BYTES = 2_097_152;
/** Longest text of a message, characters. */
export const MAX_TEXT = 10_000;
