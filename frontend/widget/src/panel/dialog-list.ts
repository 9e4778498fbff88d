import type { DialogEvent, VisibleEvent } from '@beseda/realtime';
import type { DialogSummary } from './api.js';

const STATUS_AFTER = { 'dialog.closed': 'closed', 'dialog.reopened': 'open', 'dialog.finalized': 'finalized' } as const;

/** The visitor's dialogs, newest activity first, kept up to date by events between two readings of the list. */
export class DialogList {
  #items: DialogSummary[] = [];

  get items(): readonly DialogSummary[] {
    return this.#items;
  }

  get(id: string | null): DialogSummary | undefined {
    return this.#items.find((item) => item.id === id);
  }

  /** The dialog a visitor means when opening the chat: the newest one that can go on. */
  present(): DialogSummary | undefined {
    return this.#items.find((item) => item.status === 'open') ?? this.#items.find((item) => item.status === 'closed');
  }

  /** A reading of the list; an entry that is older than what events said keeps what they said. */
  replace(items: readonly DialogSummary[]): void {
    this.#items = items.map((item) => {
      const known = this.get(item.id);
      return known && known.seq > item.seq ? known : item;
    });
    this.#sort();
  }

  /** Takes an event; false when the dialog is not in the list and it has to be read again. */
  apply(event: DialogEvent): boolean {
    const known = this.get(event.dialogId);
    if (!known) return false;
    if (event.seq <= known.seq) return true;
    const next = event.type === 'hidden' ? {} : changes(known, event);
    this.#items = this.#items.map((item) => (item === known ? { ...known, ...next, seq: event.seq } : item));
    this.#sort();
    return true;
  }

  #sort(): void {
    this.#items.sort((a, b) =>
      a.lastActivityAt < b.lastActivityAt ? 1 : a.lastActivityAt > b.lastActivityAt ? -1 : 0,
    );
  }
}

function changes(known: DialogSummary, event: VisibleEvent): Partial<DialogSummary> {
  switch (event.type) {
    case 'message.posted': {
      const { author, text, file } = event.payload;
      const lastMessage = {
        author,
        at: event.occurredAt,
        seq: event.seq,
        ...(text === undefined ? {} : { text }),
        ...(file ? { file } : {}),
        ...(author === 'operator' ? { operatorId: event.actor.id } : {}),
      };
      const unread = known.unread + (author === 'contact' ? 0 : 1);
      return { lastMessage, unread, lastActivityAt: event.occurredAt };
    }
    case 'dialog.closed':
    case 'dialog.reopened':
    case 'dialog.finalized':
      return { status: STATUS_AFTER[event.type] };
    case 'dialog.read': {
      const readSeq = Math.max(known.readSeq, event.payload.upToSeq);
      return { readSeq, ...(readSeq >= (known.lastMessage?.seq ?? 0) ? { unread: 0 } : {}) };
    }
    case 'dialog.started':
    case 'delivery.changed':
    case 'note.added':
    case 'dialog.assigned':
    case 'dialog.unassigned':
    case 'dialog.tagged':
      return {};
  }
  // a type of a later server
  return {};
}
