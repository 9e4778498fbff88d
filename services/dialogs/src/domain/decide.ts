import { appError } from '@beseda/errors';
import type { Assign, DialogCommand, PostMessage, RecordReceipt } from './commands.js';
import type { Author, Dialog, SentVia, Who } from './dialog.js';
import type { DialogEvent, DialogFact, MessagePosted } from './events.js';
import { cleanTags, cleanText, sameTags } from './message-rules.js';
import { withinReopenWindow } from './reopen-window.js';
import { renamed } from './tag-names.js';
import { wroteBetween } from './unread.js';

/**
 * What a command leads to. No events: the wish is fulfilled already, or no longer matters.
 *
 * @throws AppError when the dialog's state, or what is wished, does not allow it.
 */
export function decide(dialog: Dialog, command: DialogCommand): DialogEvent[] {
  const { at, by } = command;
  return factsOf(dialog, command).map((fact) => ({ ...fact, at, by }));
}

function factsOf(dialog: Dialog, command: DialogCommand): DialogFact[] {
  if (command.type !== 'post-message' && dialog.status === 'new')
    throw appError('NOT_FOUND', 'There is no such dialog.');
  switch (command.type) {
    case 'post-message':
      return postMessage(dialog, command, command.by, command.at);
    case 'add-note':
      return [
        {
          type: 'note.added',
          noteId: command.noteId,
          clientMessageId: command.clientMessageId,
          text: cleanText(command.text),
        },
      ];
    case 'set-tags':
      return tagged(dialog, cleanTags(command.tags));
    case 'assign':
      return assign(dialog, command);
    case 'close':
      return dialog.status === 'open' ? [{ type: 'dialog.closed', reason: 'manual' }] : [];
    case 'reopen':
      return reopen(dialog);
    case 'record-receipt':
      return recordReceipt(dialog, command);
    case 'rename-tags':
      return tagged(dialog, renamed(dialog.tags, command.changes));
    case 'elapse':
      return elapse(dialog, command.reopenWindowMs, command.at);
  }
}

/**
 * A message starts its dialog, continues it, or reopens it. The first operator who answers is assigned; a colleague's
 * answer reaches the contact all the same and changes no assignment.
 */
function postMessage(dialog: Dialog, wish: PostMessage, by: Who, at: Date): DialogFact[] {
  const author = authorOf(by);
  const message = messageOf(dialog, wish, author);
  if (dialog.status === 'new') return [started(wish, message), message];
  const reopened = dialog.status === 'open' ? [] : [reopenedBy(dialog, author, wish.reopenWindowMs, at)];
  const assigned: DialogFact[] =
    author === 'operator' && dialog.assigneeId === undefined
      ? [{ type: 'dialog.assigned', operatorId: by.id, reason: 'first-answer' }]
      : [];
  return [...reopened, message, ...assigned];
}

function authorOf(by: Who): Author {
  if (by.kind === 'service') throw appError('PERMISSION_DENIED', 'A service writes no messages.');
  return by.kind;
}

/** What a message is written with when its author does not say. */
const USUALLY_SENT_VIA: Readonly<Record<Author, SentVia>> = {
  contact: 'widget',
  operator: 'web-console',
  automation: 'auto-reply',
};

function messageOf(dialog: Dialog, wish: PostMessage, author: Author): MessagePosted {
  const { messageId, clientMessageId, file } = wish;
  if ((wish.text === undefined) === (file === undefined))
    throw appError('INVALID_ARGUMENT', 'A message is either a text or one file.');
  return {
    type: 'message.posted',
    messageId,
    author,
    channel: wish.channel ?? (author === 'contact' ? 'chat' : dialog.answerChannel),
    sentVia: wish.sentVia ?? USUALLY_SENT_VIA[author],
    clientMessageId,
    ...(wish.text === undefined ? {} : { text: cleanText(wish.text) }),
    ...(file === undefined ? {} : { file }),
  };
}

function started({ start }: PostMessage, { channel }: MessagePosted): DialogFact {
  if (!start) throw appError('NOT_FOUND', 'There is no such dialog.');
  return { type: 'dialog.started', channel, ...start };
}

function reopenedBy(dialog: Dialog, author: Author, windowMs: number, at: Date): DialogFact {
  if (dialog.status === 'finalized') throw closedForGood();
  if (author !== 'contact') return { type: 'dialog.reopened', reason: 'operator-wrote' };
  if (!dialog.closedAt || !withinReopenWindow(dialog.closedAt, windowMs, at)) throw closedForGood();
  return { type: 'dialog.reopened', reason: 'contact-wrote' };
}

const closedForGood = (): Error =>
  appError('FAILED_PRECONDITION', 'This dialog is closed for good; the next message starts a new one.');

const tagged = (dialog: Dialog, tags: readonly string[]): DialogFact[] =>
  sameTags(dialog.tags, tags) ? [] : [{ type: 'dialog.tagged', tags }];

function assign(dialog: Dialog, { operatorId, onlyIfUnassigned }: Assign): DialogFact[] {
  const previous = dialog.assigneeId;
  if (previous === operatorId || (onlyIfUnassigned && previous !== undefined)) return [];
  if (dialog.status === 'finalized') throw closedForGood();
  if (operatorId !== undefined)
    return [
      {
        type: 'dialog.assigned',
        operatorId,
        ...(previous === undefined ? {} : { previousOperatorId: previous }),
        reason: 'manual',
      },
    ];
  return previous === undefined ? [] : [{ type: 'dialog.unassigned', previousOperatorId: previous, reason: 'manual' }];
}

function reopen(dialog: Dialog): DialogFact[] {
  if (dialog.status === 'finalized') throw closedForGood();
  return dialog.status === 'closed' ? [{ type: 'dialog.reopened', reason: 'manual' }] : [];
}

/**
 * Receipts are watermarks: they only rise, never beyond what there is, and a read message has been delivered. A receipt
 * that covers no further message of the team says nothing new, so it makes no event.
 */
function recordReceipt(dialog: Dialog, wish: RecordReceipt): DialogFact[] {
  const read = Math.min(wish.readSeq ?? 0, dialog.seq);
  const delivered = Math.min(Math.max(wish.deliveredSeq ?? 0, read), dialog.seq);
  const facts: DialogFact[] = [];
  if (delivered > read && wroteBetween(dialog.teamSeqs, dialog.deliveredSeq, delivered))
    facts.push({ type: 'delivery.changed', upToSeq: delivered });
  if (wroteBetween(dialog.teamSeqs, dialog.readSeq, read)) facts.push({ type: 'dialog.read', upToSeq: read });
  return facts;
}

/** A dialog whose reopen window has passed is closed for good. */
function elapse(dialog: Dialog, windowMs: number, at: Date): DialogFact[] {
  if (dialog.status !== 'closed' || !dialog.closedAt) return [];
  return withinReopenWindow(dialog.closedAt, windowMs, at) ? [] : [{ type: 'dialog.finalized' }];
}
