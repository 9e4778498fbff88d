import { appError } from '@beseda/errors';
import { currentContext } from '@beseda/grpc';
import { KeyedQueue } from '@beseda/queues';
import { AGAIN, retry } from '@beseda/timers';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Dialog,
  type DialogEvent,
  type DialogStatus,
  type DialogWish,
  NEW_DIALOG,
  type Who,
  decide,
  evolve,
  timersOf,
} from '../domain/index.js';
import { Clock } from './clock.js';
import {
  type Change,
  type ContactBrief,
  DialogStore,
  type EarlierSend,
  SiteRules,
  type StoredDialog,
} from './ports.js';
import { repeats, usedBefore } from './sends.js';
import type { DialogScope } from './visibility.js';

/** Somebody wishes something of a dialog. */
export interface Order {
  readonly scope: DialogScope;
  readonly by: Who;
  readonly wish: DialogWish;
  /** Under any of these the same send may have been committed before. */
  readonly sendKeys?: readonly string[];
  /** The dialog the sender means; a send committed before to another one was something else. */
  readonly dialogId?: string;
}

/** An order and the one instant that decides everything in it. */
export type DatedOrder = Order & { readonly at: Date };

/** What came of an order: the dialog after it and the new events, or the send that was committed before. */
export type Outcome =
  { readonly stored: StoredDialog; readonly events: readonly DialogEvent[] } | { readonly earlier: EarlierSend };

const tooBusy = (): Error => appError('ABORTED', 'Others were changing this dialog all the time; try again.');

/** Work without a caller's deadline gives up after this long; milliseconds. */
const OWN_DEADLINE_MS = 5_000;
/** Pauses between attempts grow from the first to the second; milliseconds. */
const PAUSES = { firstMs: 4, longestMs: 200 };

/**
 * The way every command takes: read, decide, commit under the guard of the dialog's seq; when somebody else was faster,
 * from the beginning. Commands of one dialog queue here, so that only other replicas can be faster.
 */
@Injectable()
export class DialogWriter {
  readonly #queue = new KeyedQueue();

  constructor(
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(SiteRules) private readonly rules: SiteRules,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Carries an order out on one dialog.
   * @throws AppError NOT_FOUND, what `decide` refuses, retryable ABORTED when others were faster until the deadline.
   */
  change(dialogId: string, order: Order): Promise<Outcome> {
    return this.untilDeadline((at) => this.attempt(dialogId, { ...order, at }));
  }

  /**
   * One attempt; AGAIN when it met a change made by somebody else. `expected`: the status the dialog was chosen for; in another one the choice must be made anew.
   */
  attempt(dialogId: string, order: DatedOrder, expected?: DialogStatus): Promise<Outcome | typeof AGAIN> {
    return this.#queue.run(dialogId, async () => {
      const stored = await this.dialogs.find(order.scope, dialogId);
      if (!stored) return this.#outOfSight(dialogId, order);
      // After the read: a send committed since then makes the guard miss, one committed before is found here.
      const earlier = await this.earlierSend(order);
      if (earlier) return { earlier };
      if (expected !== undefined && stored.dialog.status !== expected) return AGAIN;
      const change = this.#decide(stored.dialog, order);
      if (change.events.length === 0) return { stored, events: [] };
      const result = await this.dialogs.commit(order.scope, stored, change);
      if (result === 'moved-on' || result === 'sent-meanwhile') return AGAIN;
      if (result !== 'thread-taken') return { stored: result, events: change.events };
      if (order.by.kind === 'contact') return AGAIN;
      throw appError('FAILED_PRECONDITION', 'The contact has another open dialog of this conversation; answer there.');
    });
  }

  /** Starts a new dialog; AGAIN when its thread got an open one meanwhile. */
  async start(contact: ContactBrief, order: DatedOrder): Promise<Outcome | typeof AGAIN> {
    const earlier = await this.earlierSend(order);
    if (earlier) return { earlier };
    const change = this.#decide(NEW_DIALOG, order);
    const stored = await this.dialogs.insert(order.scope, contact, change);
    return stored ? { stored, events: change.events } : AGAIN;
  }

  /** Runs work of one key, such as a contact's messages, one after another. */
  inLane<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(key, work);
  }

  /** Repeats attempts with growing, jittered pauses until one gives a result or the caller stops waiting. */
  untilDeadline<T>(attempt: (at: Date) => Promise<T | typeof AGAIN>): Promise<T> {
    const until = currentContext()?.deadline ?? Date.now() + OWN_DEADLINE_MS;
    const work = (): Promise<T | typeof AGAIN> => {
      // Who has waited in the queue for too long is gone; it asks again if it still wants to.
      if (Date.now() >= until) throw tooBusy();
      return attempt(this.clock.now());
    };
    return retry(work, { ...PAUSES, until, exhausted: tooBusy });
  }

  private async earlierSend({ scope, sendKeys, wish, dialogId }: Order): Promise<EarlierSend | undefined> {
    if (!sendKeys) return undefined;
    const earlier = await this.dialogs.findSend(scope, sendKeys);
    if (!earlier) return undefined;
    const elsewhere = dialogId !== undefined && earlier.dialogId !== dialogId;
    if (elsewhere || !repeats(earlier, wish)) throw usedBefore();
    return earlier;
  }

  /** The author's own send is answered again even when the dialog has left his sight since. */
  async #outOfSight(dialogId: string, order: Order): Promise<Outcome> {
    const earlier = order.sendKeys && (await this.dialogs.findSend(order.scope, order.sendKeys));
    if (earlier?.dialogId !== dialogId) throw appError('NOT_FOUND', 'There is no such dialog.');
    if (!repeats(earlier, order.wish)) throw usedBefore();
    return { earlier };
  }

  #decide(dialog: Dialog, { scope, by, wish, at }: DatedOrder): Change {
    const events = decide(dialog, { ...wish, by, at });
    const after = events.reduce(evolve, dialog);
    return { events, after, timers: timersOf(after, this.rules.reopenWindowMs(scope.siteId)) };
  }
}
