import type { EventShape } from '@beseda/api';
import { appError } from '@beseda/errors';

/** Dialog → seq. */
export type Heads = Map<string, number>;

/** What one answer of the dialogs service says. */
export interface Missed {
  events: EventShape[];
  heads: Heads;
}

/** The socket as its feed sees it. */
export interface Outlet {
  emit(event: EventShape): void;
  /** Resolves when the socket has room again. @throws when it is gone */
  room(): Promise<void>;
}

/** Rounds without progress after which a resume is given up. */
const MAX_STALLED = 3;

/**
 * What one socket gets, in order. Live events of a dialog that is being resumed wait until everything before them was sent,
 * so a client that only appends sees each seq after its predecessor. Events known to the client are not sent again.
 */
export class Feed {
  /** Open dialogs: the last seq the client has or was sent. */
  #open: Heads = new Map();
  /** Dialogs that went out of sight while they were being resumed. */
  readonly #left = new Set<string>();
  /** Live events that wait, by dialog being resumed. */
  readonly #held = new Map<string, EventShape[]>();
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(
    private readonly outlet: Outlet,
    private readonly fetch: (known: Heads) => Promise<Missed>,
  ) {}

  /** Number of resumes that run or wait. */
  get busy(): number {
    return this.#waiting;
  }

  get open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  /** An event that just happened. */
  live(event: EventShape): void {
    this.#left.delete(event.dialogId);
    const held = this.#held.get(event.dialogId);
    if (held) held.push(event);
    else this.#deliver(event);
  }

  /** A dialog went out of sight: it is followed no more. What was handed over before still goes out. */
  leave(dialogId: string): void {
    if (this.#held.has(dialogId)) this.#left.add(dialogId);
    else this.#open.delete(dialogId);
  }

  /** Makes these the open dialogs, sends what was missed in them, and tells their heads. One at a time. */
  resume(dialogs: Heads): Promise<Heads> {
    return this.#enqueue(() => {
      this.#open = new Map(dialogs);
      return this.#catchUp();
    });
  }

  /** Looks whether the open dialogs are complete, sends what is not, and tells their heads. */
  check(): Promise<Heads> {
    return this.#enqueue(() => this.#catchUp());
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const run = this.#queue.then(work).finally(() => (this.#waiting -= 1));
    this.#queue = run.catch(() => undefined /* whoever asked is told; the next one goes on */);
    return run;
  }

  async #catchUp(): Promise<Heads> {
    const mine = [...this.#open.keys()];
    for (const id of mine) this.#held.set(id, []);
    try {
      return await this.#rounds();
    } finally {
      // Whatever went wrong: nothing that came meanwhile is kept back.
      for (const id of mine) {
        const held = this.#held.get(id) ?? [];
        this.#held.delete(id);
        held.forEach((event) => this.#deliver(event));
        if (this.#left.delete(id)) this.#open.delete(id);
      }
    }
  }

  async #rounds(): Promise<Heads> {
    for (let stalled = 0; ;) {
      const before = this.#sum();
      const { events, heads } = await this.fetch(new Map(this.#open));
      for (const event of events) {
        // After a hole the rest of the dialog comes with the next round.
        if (event.seq === (this.#open.get(event.dialogId) ?? -1) + 1) this.#deliver(event);
      }
      // A dialog this caller may not see, or no longer, has no head: it is not followed.
      for (const id of [...this.#open.keys()]) if (!heads.has(id)) this.#drop(id);
      this.#releaseHeld();
      if (this.#complete(heads)) return this.#answer(heads);
      stalled = this.#sum() > before ? 0 : stalled + 1;
      if (stalled >= MAX_STALLED) throw appError('UNAVAILABLE', 'The missed events cannot be had right now.');
      await this.outlet.room();
    }
  }

  /** Sends held events that follow without a hole; the others wait for the next round. */
  #releaseHeld(): void {
    for (const [id, held] of this.#held) {
      held.sort((a, b) => a.seq - b.seq);
      const rest = held.filter((event) => {
        const last = this.#open.get(id) ?? 0;
        if (event.seq <= last) return false;
        if (event.seq > last + 1) return true;
        this.#deliver(event);
        return false;
      });
      this.#held.set(id, rest);
    }
  }

  #complete(heads: Heads): boolean {
    for (const [id, last] of this.#open) {
      if ((heads.get(id) ?? 0) > last || (this.#held.get(id)?.length ?? 0) > 0) return false;
    }
    return true;
  }

  /** Heads as the client may rely on them: at least what it was sent. */
  #answer(heads: Heads): Heads {
    return new Map([...heads].map(([id, head]) => [id, Math.max(head, this.#open.get(id) ?? 0)]));
  }

  #drop(id: string): void {
    this.#open.delete(id);
    this.#held.delete(id);
  }

  #sum(): number {
    let sum = 0;
    for (const seq of this.#open.values()) sum += seq;
    return sum;
  }

  #deliver(event: EventShape): void {
    const last = this.#open.get(event.dialogId);
    if (last !== undefined) {
      if (event.seq <= last) return;
      // Behind a hole the client asks again by itself; what was sent contiguously is remembered.
      if (event.seq === last + 1) this.#open.set(event.dialogId, event.seq);
    }
    this.outlet.emit(event);
  }
}
