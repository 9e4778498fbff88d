import { AppError } from '@beseda/errors';
import { type DialogWish, type Who, cleanText } from '../domain/index.js';
import type { Outcome } from './dialog-writer.js';
import type { EarlierSend } from './ports.js';

/** What a send is known by over all dialogs of a site, so that repeating it repeats the answer. */
export const sendKey = (siteId: string, author: Pick<Who, 'kind' | 'id'>, clientMessageId: string): string =>
  `${siteId}:${author.kind}:${author.id}:${clientMessageId}`;

/** A client message id names one send: with another text, file or dialog it is refused, and nothing is written. */
export const usedBefore = (): Error =>
  new AppError('ALREADY_EXISTS', 'This client message id was used for another message; give each message its own.', {
    fields: [{ path: 'clientMessageId', code: 'already_used', message: 'was used for another message' }],
  });

/** Whether a wish asks for what was sent before. Of an erased message only its kind is known. */
export function repeats(earlier: EarlierSend, wish: DialogWish): boolean {
  if (wish.type !== 'post-message' && wish.type !== 'add-note') return false;
  if ((earlier.type === 'note.added') !== (wish.type === 'add-note')) return false;
  const { content } = earlier;
  if (!content) return true;
  if (content.text !== (wish.text === undefined ? '' : cleanText(wish.text))) return false;
  const file = wish.type === 'post-message' ? wish.file : undefined;
  return content.file?.name === file?.name && content.file?.size === file?.size;
}

/** Where a message or note stands. */
export interface Posted {
  readonly dialogId: string;
  /** Id of the message or note. */
  readonly id: string;
  readonly seq: number;
}

/** The answer to a send, the first time and every time it is repeated. */
export function postedOf(outcome: Outcome): Posted {
  if ('earlier' in outcome) {
    const { dialogId, id, seq } = outcome.earlier;
    return { dialogId, id, seq };
  }
  const { stored, events } = outcome;
  const index = events.findIndex(({ type }) => type === 'message.posted' || type === 'note.added');
  const event = events[index];
  const seq = stored.dialog.seq - events.length + index + 1;
  if (event?.type === 'message.posted') return { dialogId: stored.id, id: event.messageId, seq };
  if (event?.type === 'note.added') return { dialogId: stored.id, id: event.noteId, seq };
  throw new TypeError('a send led to no message and no note');
}
