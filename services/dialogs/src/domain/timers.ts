import type { Dialog } from './dialog.js';
import { reopenWindowEnd } from './reopen-window.js';

/** Something a dialog wants to be woken for. */
export interface Timer {
  readonly what: 'finalize';
  readonly at: Date;
}

/** What a dialog waits for: a closed one for the end of its reopen window. */
export const timersOf = (dialog: Dialog, windowMs: number): Timer[] =>
  dialog.status === 'closed' && dialog.closedAt
    ? [{ what: 'finalize', at: reopenWindowEnd(dialog.closedAt, windowMs) }]
    : [];
