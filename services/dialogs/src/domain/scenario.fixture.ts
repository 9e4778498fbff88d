import { givenWhenThen } from '@beseda/testing';
import type { DialogCommand, DialogWish } from './commands.js';
import { decide } from './decide.js';
import { NEW_DIALOG, type Who } from './dialog.js';
import type { DialogEvent, DialogFact } from './events.js';
import { evolve } from './evolve.js';

/** People and moments the scenarios of this folder tell about. */
export const HOUR = 3_600_000;
export const ANNA: Who = { kind: 'contact', id: 'anna' };
export const OLEG: Who = { kind: 'operator', id: 'oleg' };
export const VERA: Who = { kind: 'operator', id: 'vera' };
export const CLOCK: Who = { kind: 'service', id: 'dialogs' };
export const NOON = new Date('2026-03-04T12:00:00Z');
export const later = (ms: number): Date => new Date(NOON.getTime() + ms);

export const scenario = givenWhenThen({ initial: NEW_DIALOG, decide, evolve });

/** An event, and a command, of somebody at a moment. */
export const did = (by: Who, fact: DialogFact, at = NOON): DialogEvent => ({ ...fact, at, by });
export const wishes = (by: Who, wish: DialogWish, at = NOON): DialogCommand => ({ ...wish, at, by });

const ids = { messageId: 'm1', clientMessageId: 'c1', reopenWindowMs: 24 * HOUR };
/** "Write this text". */
export const write = (text: string): DialogWish & { type: 'post-message' } => ({ type: 'post-message', text, ...ids });

/** A message as it is recorded. */
export function wrote(by: Who, text: string, at = NOON): DialogEvent {
  const contact = by.kind === 'contact';
  const fact: DialogFact = {
    type: 'message.posted',
    messageId: 'm1',
    author: contact ? 'contact' : 'operator',
    channel: 'chat',
    sentVia: contact ? 'widget' : 'web-console',
    clientMessageId: 'c1',
    text,
  };
  return did(by, fact, at);
}

export const START = { contactId: 'anna', connection: 'chat', externalThread: 'anna' };
export const STARTED = did(ANNA, { type: 'dialog.started', channel: 'chat', ...START });
export const ASKED = [STARTED, wrote(ANNA, 'Hello')] as const;
export const ASSIGNED = did(OLEG, { type: 'dialog.assigned', operatorId: 'oleg', reason: 'first-answer' });
export const ANSWERED = [...ASKED, wrote(OLEG, 'Good day'), ASSIGNED] as const;
export const CLOSED = did(OLEG, { type: 'dialog.closed', reason: 'manual' });
export const FINALIZED = did(CLOCK, { type: 'dialog.finalized' }, later(24 * HOUR));
