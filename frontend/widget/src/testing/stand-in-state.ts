import { randomUUID } from 'node:crypto';
import type { AuthorKind, DialogEvent, EventActor, EventPayloads, EventType } from '@beseda/realtime';

/** A dialog as the stand-in keeps it. */
export interface StandInDialog {
  readonly id: string;
  readonly contactId: string;
  status: 'open' | 'closed' | 'finalized';
  readonly events: DialogEvent[];
  readSeq: number;
  deliveredSeq: number;
}

/** A file that was sent. */
export interface StandInFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly width?: number;
  readonly height?: number;
}

/** Dialogs of all visitors, with the rules of the product as far as the widget can see them. */
export class StandInState {
  readonly dialogs = new Map<string, StandInDialog>();
  readonly files = new Map<string, StandInFile>();
  operator: EventActor = { kind: 'operator', id: 'operator-marina', name: 'Марина Лаврова' };
  readonly #sent = new Map<string, { dialogId: string; messageId: string; seq: number }>();
  now: () => number = Date.now;
  onEvent: (dialog: StandInDialog, event: DialogEvent) => void = () => undefined;

  of(contactId: string): StandInDialog[] {
    const own = [...this.dialogs.values()].filter((dialog) => dialog.contactId === contactId);
    return own.sort((a, b) => (lastAt(a) < lastAt(b) ? 1 : -1));
  }

  start(contactId: string): StandInDialog {
    const dialog: StandInDialog = {
      id: randomUUID(),
      contactId,
      status: 'open',
      events: [],
      readSeq: 0,
      deliveredSeq: 0,
    };
    this.dialogs.set(dialog.id, dialog);
    this.append(
      dialog,
      'dialog.started',
      { channel: 'chat', contactId, externalThread: contactId },
      { kind: 'contact', id: contactId },
    );
    return dialog;
  }

  append<T extends EventType>(
    dialog: StandInDialog,
    type: T,
    payload: EventPayloads[T],
    actor: EventActor,
  ): DialogEvent {
    const event = {
      eventId: randomUUID(),
      dialogId: dialog.id,
      seq: dialog.events.length + 1,
      type,
      occurredAt: new Date(this.now()).toISOString(),
      actor,
      payload,
    } as unknown as DialogEvent;
    dialog.events.push(event);
    this.onEvent(dialog, event);
    return event;
  }

  /** What a contact may not see. */
  hide(dialog: StandInDialog): void {
    const event: DialogEvent = { dialogId: dialog.id, seq: dialog.events.length + 1, type: 'hidden' };
    dialog.events.push(event);
    this.onEvent(dialog, event);
  }

  /** A visitor's message, once per client id. */
  post(contactId: string, message: { clientMessageId: string; dialogId?: string; text?: string; file?: StandInFile }) {
    const key = `${contactId}:${message.clientMessageId}`;
    const before = this.#sent.get(key);
    if (before) return before;
    const own = this.of(contactId).filter((dialog) => dialog.status !== 'finalized');
    const named = message.dialogId ? this.dialogs.get(message.dialogId) : undefined;
    const dialog = named ?? own.find(({ status }) => status === 'open') ?? own[0] ?? this.start(contactId);
    const actor: EventActor = { kind: 'contact', id: contactId };
    if (dialog.status === 'closed') {
      dialog.status = 'open';
      this.append(dialog, 'dialog.reopened', { reason: 'contact-wrote' }, actor);
    }
    const { seq, messageId } = this.message(dialog, 'contact', actor, message);
    const result = { dialogId: dialog.id, messageId, seq };
    this.#sent.set(key, result);
    return result;
  }

  /** An operator's answer in the visitor's newest dialog. */
  answer(contactId: string, text: string): DialogEvent {
    const dialog = this.of(contactId)[0] ?? this.start(contactId);
    this.message(dialog, 'operator', this.operator, { text });
    const event = dialog.events.at(-1);
    if (!event) throw new Error('nothing was appended');
    return event;
  }

  message(
    dialog: StandInDialog,
    author: AuthorKind,
    actor: EventActor,
    content: { clientMessageId?: string; text?: string; file?: StandInFile },
  ): { seq: number; messageId: string } {
    const messageId = randomUUID();
    const { clientMessageId, text, file } = content;
    const { seq } = this.append(
      dialog,
      'message.posted',
      {
        messageId,
        author,
        channel: 'chat',
        sentVia: author === 'contact' ? 'widget' : 'web-console',
        ...(clientMessageId ? { clientMessageId } : {}),
        ...(text === undefined ? {} : { text }),
        ...(file ? { file: describe(file) } : {}),
      },
      actor,
    );
    return { seq, messageId };
  }
}

/** How an event names a file. */
export function describe(file: StandInFile) {
  const { id, name, type, bytes, width, height } = file;
  const size = width && height ? { width, height } : {};
  return { id, name, type, size: bytes.length, ...size, url: `/api/files/site/${id}?e=${Date.now()}` };
}

/** The summary a list gives. */
export function summarise(dialog: StandInDialog) {
  const messages = dialog.events.filter((event) => event.type === 'message.posted');
  const last = messages.at(-1);
  return {
    id: dialog.id,
    status: dialog.status,
    channel: 'chat',
    assigneeId: null,
    unread: messages.filter((event) => event.payload.author !== 'contact' && event.seq > dialog.readSeq).length,
    seq: dialog.events.length,
    lastMessage: last
      ? {
          author: last.payload.author,
          text: last.payload.text,
          ...(last.payload.file ? { file: { name: last.payload.file.name, type: last.payload.file.type } } : {}),
          at: last.occurredAt,
          seq: last.seq,
          ...(last.payload.author === 'operator' ? { operatorId: last.actor.id } : {}),
        }
      : null,
    contact: { id: dialog.contactId, name: null, email: null, avatarSeed: dialog.contactId },
    tags: [],
    waitingSince: null,
    createdAt: lastAt(dialog),
    lastActivityAt: lastAt(dialog),
    closedAt: null,
    readSeq: dialog.readSeq,
    deliveredSeq: dialog.deliveredSeq,
  };
}

function lastAt(dialog: StandInDialog): string {
  for (const event of [...dialog.events].reverse()) if (event.type !== 'hidden') return event.occurredAt;
  return '';
}
