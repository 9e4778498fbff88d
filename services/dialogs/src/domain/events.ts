import type { Author, Channel, FileRef, SentVia, Who } from './dialog.js';

/** A dialog began. Always the first event of its dialog. */
export interface DialogStarted {
  readonly type: 'dialog.started';
  readonly channel: Channel;
  readonly contactId: string;
  readonly connection: string;
  readonly externalThread: string;
}

/** A text or one file. */
export interface MessagePosted {
  readonly type: 'message.posted';
  readonly messageId: string;
  readonly author: Author;
  readonly channel: Channel;
  readonly sentVia: SentVia;
  readonly clientMessageId: string;
  readonly text?: string;
  readonly file?: FileRef;
}

/** The contact's side received everything up to a seq. */
export interface DeliveryChanged {
  readonly type: 'delivery.changed';
  readonly upToSeq: number;
}

/** The contact has seen everything up to a seq on the screen. */
export interface DialogRead {
  readonly type: 'dialog.read';
  readonly upToSeq: number;
}

/** A text only operators see. */
export interface NoteAdded {
  readonly type: 'note.added';
  readonly noteId: string;
  readonly clientMessageId: string;
  readonly text: string;
}

/** An operator looks after the dialog from now on: the first who answered, or the one somebody chose. */
export interface DialogAssigned {
  readonly type: 'dialog.assigned';
  readonly operatorId: string;
  readonly previousOperatorId?: string;
  readonly reason: 'first-answer' | 'manual';
}

/** Nobody looks after the dialog any more. */
export interface DialogUnassigned {
  readonly type: 'dialog.unassigned';
  readonly previousOperatorId: string;
  readonly reason: 'manual';
}

export interface DialogClosed {
  readonly type: 'dialog.closed';
  readonly reason: 'manual';
}

export interface DialogReopened {
  readonly type: 'dialog.reopened';
  readonly reason: 'manual' | 'contact-wrote' | 'operator-wrote';
}

/** Closed for good: the reopen window has passed. */
export interface DialogFinalized {
  readonly type: 'dialog.finalized';
}

/** The whole new set of tags. */
export interface DialogTagged {
  readonly type: 'dialog.tagged';
  readonly tags: readonly string[];
}

/** What happened. */
export type DialogFact =
  | DialogStarted
  | MessagePosted
  | DeliveryChanged
  | DialogRead
  | NoteAdded
  | DialogAssigned
  | DialogUnassigned
  | DialogClosed
  | DialogReopened
  | DialogFinalized
  | DialogTagged;

export type DialogEventType = DialogFact['type'];

/** What happened, when, and who caused it. Its seq is its place in the dialog: previous + 1. */
export type DialogEvent = DialogFact & { readonly at: Date; readonly by: Who };
