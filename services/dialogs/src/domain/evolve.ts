import type { Dialog, LastMessage } from './dialog.js';
import type { DialogEvent, MessagePosted } from './events.js';
import { remember } from './unread.js';

/** The dialog after one more event. */
export function evolve(dialog: Dialog, event: DialogEvent): Dialog {
  const next: Dialog = { ...dialog, seq: dialog.seq + 1 };
  switch (event.type) {
    case 'dialog.started':
      return {
        ...next,
        status: 'open',
        channel: event.channel,
        answerChannel: event.channel,
        connection: event.connection,
        externalThread: event.externalThread,
        createdAt: event.at,
        lastActivityAt: event.at,
      };
    case 'message.posted':
      return afterMessage(next, event);
    case 'delivery.changed':
      return { ...next, deliveredSeq: Math.max(next.deliveredSeq, event.upToSeq) };
    case 'dialog.read':
      return {
        ...next,
        readSeq: Math.max(next.readSeq, event.upToSeq),
        deliveredSeq: Math.max(next.deliveredSeq, event.upToSeq),
      };
    case 'note.added':
      return next;
    case 'dialog.assigned':
      return { ...next, assigneeId: event.operatorId };
    case 'dialog.unassigned':
      return without(next, 'assigneeId');
    case 'dialog.closed':
      // Closing settles the question: nobody waits in a closed dialog.
      return { ...without(next, 'waitingSince'), status: 'closed', closedAt: event.at };
    case 'dialog.reopened':
      return { ...without(next, 'closedAt'), status: 'open' };
    case 'dialog.finalized':
      return { ...next, status: 'finalized' };
    case 'dialog.tagged':
      return { ...next, tags: event.tags };
  }
}

function afterMessage(next: Dialog, event: MessagePosted & DialogEvent): Dialog {
  const later = new Date(Math.max(next.lastActivityAt.getTime(), event.at.getTime()));
  const talked: Dialog = { ...next, lastActivityAt: later, lastMessage: lastMessage(next.seq, event) };
  if (event.author !== 'contact') {
    const told = { ...talked, teamMessages: next.teamMessages + 1, teamSeqs: remember(next.teamSeqs, next.seq) };
    // Only a person's answer ends the waiting.
    return event.author === 'operator' ? without(told, 'waitingSince') : told;
  }
  return {
    ...talked,
    answerChannel: event.channel,
    waitingSince: next.waitingSince ?? event.at,
    contactMessages: next.contactMessages + 1,
    contactSeqs: remember(next.contactSeqs, next.seq),
  };
}

const lastMessage = (seq: number, event: MessagePosted & DialogEvent): LastMessage => ({
  seq,
  author: event.author,
  at: event.at,
  ...(event.author === 'operator' ? { operatorId: event.by.id } : {}),
  ...(event.text === undefined ? {} : { text: event.text }),
  ...(event.file === undefined ? {} : { file: { name: event.file.name, type: event.file.type } }),
});

function without<K extends 'assigneeId' | 'closedAt' | 'waitingSince'>(dialog: Dialog, field: K): Dialog {
  const { [field]: _, ...rest } = dialog;
  return rest as Dialog;
}
