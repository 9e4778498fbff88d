/** Who can be the author of a message. */
export type AuthorKind = 'contact' | 'operator' | 'automation';

/** Who caused an event. `name` and `avatarUrl` are filled in for operators. */
export interface EventActor {
  readonly kind: AuthorKind | 'service';
  readonly id: string;
  readonly name?: string;
  /** Picture on our origin; null or missing = none. */
  readonly avatarUrl?: string | null;
}

/** A file as an event names it. `url` is signed and good for ten minutes at most; `width` and `height` exist only for images shown inline. */
export interface MessageFile {
  readonly id: string;
  readonly name: string;
  /** Media type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  readonly url: string;
}

/** What each event type carries. */
export interface EventPayloads {
  'dialog.started': { readonly channel: string; readonly contactId: string; readonly externalThread: string };
  'message.posted': {
    readonly messageId: string;
    readonly author: AuthorKind;
    readonly channel: string;
    readonly sentVia: string;
    /** Only given to the author's own kind. */
    readonly clientMessageId?: string;
    readonly text?: string;
    readonly file?: MessageFile;
  };
  'delivery.changed': { readonly state: 'delivered'; readonly upToSeq: number };
  'dialog.read': { readonly upToSeq: number };
  'note.added': { readonly noteId: string; readonly text: string; readonly clientMessageId?: string };
  'dialog.assigned': {
    readonly operatorId: string;
    readonly previousOperatorId?: string;
    readonly reason: 'first-answer' | 'manual';
  };
  'dialog.unassigned': { readonly previousOperatorId: string; readonly reason: 'manual' };
  'dialog.closed': { readonly reason: 'manual' };
  'dialog.reopened': { readonly reason: 'manual' | 'contact-wrote' | 'operator-wrote' };
  'dialog.finalized': { readonly reason: 'reopen-window' };
  'dialog.tagged': { readonly tags: readonly string[] };
}

/** Name of an event type this version knows. */
export type EventType = keyof EventPayloads;

/** One event of a dialog that the reader may see; discriminated by `type`. */
export type VisibleEvent = {
  [T in EventType]: {
    readonly eventId: string;
    readonly dialogId: string;
    /** Position in the dialog: 1, 2, 3 … without gaps. */
    readonly seq: number;
    readonly type: T;
    /** ISO 8601 UTC. */
    readonly occurredAt: string;
    readonly actor: EventActor;
    readonly payload: EventPayloads[T];
  };
}[EventType];

/** An event this reader may not see: it only keeps the numbering gap-free. */
export interface HiddenEvent {
  readonly dialogId: string;
  readonly seq: number;
  readonly type: 'hidden';
}

/** Any event as the server sends it. Types added by a later server pass through everything and are shown nowhere. */
export type DialogEvent = VisibleEvent | HiddenEvent;

/** Last sequence number per dialog id. */
export type Heads = Readonly<Record<string, number>>;
