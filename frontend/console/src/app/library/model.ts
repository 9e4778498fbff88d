/** Who may use a saved reply. */
export const AUDIENCE_KINDS = ['everyone', 'team', 'personal'] as const;
export type AudienceKind = (typeof AUDIENCE_KINDS)[number];

export interface Audience {
  readonly kind: AudienceKind;
  /** The team, when it is one's. */
  readonly teamId?: string;
  /** The owner, when it is personal. */
  readonly operatorId?: string;
}

/** A file that goes with a saved reply. */
export interface SavedFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Signed, good for some minutes. */
  readonly url?: string;
}

/** An answer to use again. */
export interface SavedReply {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** May hold placeholders. */
  readonly text: string;
  /** Empty: none. */
  readonly folder: string;
  readonly audience: Audience;
  readonly files: readonly SavedFile[];
}

/** A saved reply as the form holds it. */
export interface ReplyDraft {
  readonly title: string;
  readonly text: string;
  readonly folder: string;
  /** `everyone`, `personal`, or `team:<id>`. */
  readonly audience: string;
  readonly files: readonly SavedFile[];
}

/** A tag of the site's catalogue. */
export interface Tag {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** `#` and six hexadecimal digits. */
  readonly color: string;
  /** How many dialogs have it, where asked. */
  readonly usage?: number;
}

export const MAX_REPLY_FILES = 10;
export const MAX_TITLE = 100;
export const MAX_REPLY_TEXT = 10_000;
export const MAX_FOLDER = 60;
export const MAX_TAG = 40;
/** Tags of one dialog. */
export const MAX_TAGS_OF_DIALOG = 20;

/** Names are compared without regard to case. */
export const tagKey = (name: string): string => name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
