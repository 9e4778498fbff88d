import type { PRESENCES } from '@beseda/api';

/** What an operator chooses: to be given dialogs, or to be left alone while the console is open. It stays until changed. */
export const STATUSES = ['online', 'away'] as const;
export type OperatorStatus = (typeof STATUSES)[number];

/** What others see: nobody is online or away without an open console. */
export type OperatorState = (typeof PRESENCES)[number];

/** What is kept of an operator's presence on a site. */
export interface Presence {
  siteId: string;
  operatorId: string;
  status: OperatorStatus;
  /** A console was open when this was written. */
  online: boolean;
  /** Until when the word of the processes that hold its sockets counts; absent while offline. */
  expiresAt?: Date;
  /** Since when it is as written. */
  changedAt: Date;
  /** Rises with every change others see. */
  version: number;
}

/** How an operator is seen at a moment, and since when. */
export interface Seen {
  state: OperatorState;
  since: Date;
}

/** Judges presence by the time of the question: leases that ran out need nobody to tidy up first. */
export function seenAt({ online, expiresAt, status, changedAt }: Omit<Presence, 'version'>, now: Date): Seen {
  if (!online) return { state: 'offline', since: changedAt };
  if (!expiresAt || expiresAt <= now) return { state: 'offline', since: expiresAt ?? changedAt };
  return { state: status, since: changedAt };
}

/** One document per site and operator. Ids of sites and operators have no colon. */
export const presenceKey = (siteId: string, operatorId: string): string => `${siteId}:${operatorId}`;
