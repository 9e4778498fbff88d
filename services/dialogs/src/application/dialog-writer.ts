import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '@beseda/errors';
import { currentContext } from '@beseda/grpc';
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
import { Lanes } from './lanes.js';
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

/** The attempt met a change made by somebody else: everything is read anew and decided anew. */
export const AGAIN = Symbol('again');

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
const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 200;

/**
 * The way every command takes: read, decide, commit under the guard of the dialog's seq; when somebody else was faster,
 * from the beginning. Commands of one dialog queue here, so that only other replicas can be faster.
 */
@Injectable()
export class DialogWriter {
  readonly #lanes = new Lanes();

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
   * One attempt. `expected`: the status the dialog was chosen for; in another one the choice must be made anew.
   */
  attempt(dialogId: string, order: DatedOrder, expected?: DialogStatus): Promise<Outcome | typeof AGAIN> {
    return this.#lanes.run(dialogId, async () => {
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
    return this.#lanes.run(key, work);
  }

  /** Repeats attempts with growing, jittered pauses until one gives a result or the caller stops waiting. */
  async untilDeadline<T>(attempt: (at: Date) => Promise<T | typeof AGAIN>): Promise<T> {
    const deadline = currentContext()?.deadline ?? Date.now() + OWN_DEADLINE_MS;
    for (let tries = 0; ; tries++) {
      // Who has waited in the lane for too long is gone; it asks again if it still wants to.
      if (Date.now() >= deadline) throw tooBusy();
      const result = await attempt(this.clock.now());
      if (result !== AGAIN) return result;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.5 + Math.random());
      if (Date.now() + pause >= deadline) throw tooBusy();
      await delay(pause);
    }
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
