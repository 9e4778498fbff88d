import type { Channel, FileRef, SentVia, Who } from './dialog.js';
import type { TagChanges } from './tag-names.js';

/** Somebody writes a message: a text or one file. */
export interface PostMessage {
  readonly type: 'post-message';
  readonly messageId: string;
  readonly clientMessageId: string;
  readonly text?: string;
  readonly file?: FileRef;
  /** Left out: a contact writes in the chat, the team answers by the channel of the contact's last message. */
  readonly channel?: Channel;
  /** Left out: a contact writes in the widget, an operator in the web console. */
  readonly sentVia?: SentVia;
  /** How long a closed dialog may be reopened by its contact; milliseconds. */
  readonly reopenWindowMs: number;
  /** Where a new dialog begins: the contact, the connection, and the thread in it. */
  readonly start?: { readonly contactId: string; readonly connection: string; readonly externalThread: string };
}

/** An operator writes something for colleagues only. */
export interface AddNote {
  readonly type: 'add-note';
  readonly noteId: string;
  readonly clientMessageId: string;
  readonly text: string;
}

/** An operator sets the whole set of tags. */
export interface SetTags {
  readonly type: 'set-tags';
  readonly tags: readonly string[];
}

/** Somebody gives the dialog to an operator, or to nobody. */
export interface Assign {
  readonly type: 'assign';
  /** Left out: to nobody. */
  readonly operatorId?: string;
  /** Only when nobody is assigned yet; else nothing changes. */
  readonly onlyIfUnassigned?: boolean;
}

export interface CloseDialog {
  readonly type: 'close';
}

export interface ReopenDialog {
  readonly type: 'reopen';
}

/** The contact's side tells how far it has received and shown the dialog. */
export interface RecordReceipt {
  readonly type: 'record-receipt';
  readonly deliveredSeq?: number;
  readonly readSeq?: number;
}

/** The clock: perhaps the reopen window has passed. */
export interface Elapse {
  readonly type: 'elapse';
  /** How long a closed dialog may be reopened; milliseconds. */
  readonly reopenWindowMs: number;
}

/** The site's catalogue of tags changed: the dialog follows. */
export interface RenameTags {
  readonly type: 'rename-tags';
  readonly changes: TagChanges;
}

/** Everything one can ask of a dialog. */
export type DialogWish =
  PostMessage | AddNote | SetTags | Assign | CloseDialog | ReopenDialog | RecordReceipt | Elapse | RenameTags;

/** A wish, when it is decided, and whose it is. */
export type DialogCommand = DialogWish & { readonly at: Date; readonly by: Who };
