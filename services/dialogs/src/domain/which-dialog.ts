import { withinReopenWindow } from './reopen-window.js';
import type { DialogStatus } from './dialog.js';

/** What must be known of a contact's dialog to choose one. */
export interface Candidate {
  readonly dialogId: string;
  readonly status: DialogStatus;
  /** The conversation it belongs to; at most one dialog of a thread is open. */
  readonly thread: string;
  readonly lastActivityAt: Date;
  readonly closedAt?: Date;
}

/** Where a contact's message goes. */
export type Choice = { readonly go: 'to'; readonly dialogId: string } | { readonly go: 'new' };

/** What there is to choose from. */
export interface Question {
  /** The dialog the contact named, if any; it is the contact's own. */
  readonly named?: Candidate;
  /** The contact's open dialogs. Usually one at most; a merge of two contacts can leave more. */
  readonly open: readonly Candidate[];
  /** The contact's dialog that was closed last. */
  readonly lastClosed?: Candidate;
  readonly reopenWindowMs: number;
  readonly now: Date;
}

/**
 * Which dialog does a contact's message go to?
 *
 * To the one it names, as long as that one is open or may be reopened. Without a name, or when the named one is closed for
 * good: to the open dialog (the one with the newest activity if there are several), else to the one closed last if its
 * reopen window has not passed (the message reopens it), else to a new dialog.
 */
export function whichDialog(question: Question): Choice {
  const { named, open, lastClosed } = question;
  if (named?.status === 'open') return to(named);
  // A thread has one open dialog: beside it, a closed one of the same thread cannot be reopened.
  if (named && mayReopen(named, question)) return to(open.find((d) => d.thread === named.thread) ?? named);
  const liveliest = open.reduce<Candidate | undefined>(livelier, undefined);
  if (liveliest) return to(liveliest);
  if (lastClosed && mayReopen(lastClosed, question)) return to(lastClosed);
  return { go: 'new' };
}

const to = ({ dialogId }: Candidate): Choice => ({ go: 'to', dialogId });

const mayReopen = (d: Candidate, { reopenWindowMs, now }: Question): boolean =>
  d.status === 'closed' && d.closedAt !== undefined && withinReopenWindow(d.closedAt, reopenWindowMs, now);

const livelier = (best: Candidate | undefined, d: Candidate): Candidate =>
  best && best.lastActivityAt.getTime() >= d.lastActivityAt.getTime() ? best : d;

/** The connection of the site's own widget. */
export const CHAT_CONNECTION = 'chat';

/** A conversation of the outside world: unique among open dialogs, so that two first messages at once make one dialog. */
export const threadKey = (siteId: string, connection: string, externalThread: string): string =>
  `${siteId}:${connection}:${externalThread}`;
