import type { Who } from '../domain/index.js';
import type { Outcome } from './dialog-writer.js';

/** What a send is known by over all dialogs of a site, so that repeating it repeats the answer. */
export const sendKey = (siteId: string, author: Pick<Who, 'kind' | 'id'>, clientMessageId: string): string =>
  `${siteId}:${author.kind}:${author.id}:${clientMessageId}`;

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
