/** Work for one aggregate: hands on what a post-image has beyond `handedOn`; gives the seq it has come to. */
export type LaneWork<D> = (document: D, handedOn: number) => Promise<number>;

interface Lane<D> {
  pending: D | undefined;
  handedOn: number;
  waiters: ((success: boolean) => void)[];
}

/** Post-images that may wait for a free lane. Beyond that they are left to the sweeper, which needs no memory for them. */
const MAX_QUEUED = 1_000;

/**
 * One lane per aggregate: its work never runs twice at once, and post-images that come meanwhile become one, the newest
 * (whose outbox holds everything an older one's did, unless that has been handed on). Aggregates run side by side, so many at a time.
 */
export class Lanes<D> {
  readonly #lanes = new Map<string, Lane<D>>();
  readonly #queue: string[] = [];
  readonly #concurrency: number;
  readonly #versionOf: (document: D) => number;
  readonly #work: LaneWork<D>;
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(concurrency: number, versionOf: (document: D) => number, work: LaneWork<D>) {
    this.#concurrency = concurrency;
    this.#versionOf = versionOf;
    this.#work = work;
  }

  has(id: string): boolean {
    return this.#lanes.has(id);
  }

  /** Gives true when the post-image (or a newer one) was handed on, false when that failed or there was no room. */
  submit(id: string, document: D): Promise<boolean> {
    let lane = this.#lanes.get(id);
    if (!lane) {
      if (this.#queue.length >= MAX_QUEUED) return Promise.resolve(false);
      lane = { pending: undefined, handedOn: 0, waiters: [] };
      this.#lanes.set(id, lane);
      this.#queue.push(id);
    }
    if (!lane.pending || this.#versionOf(document) > this.#versionOf(lane.pending)) lane.pending = document;
    const { waiters } = lane;
    const done = new Promise<boolean>((resolve) => waiters.push(resolve));
    this.#pump();
    return done;
  }

  /** Resolves when nothing is being handed on. */
  whenIdle(): Promise<void> {
    if (this.#lanes.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    while (this.#running < this.#concurrency) {
      const id = this.#queue.shift();
      const lane = id === undefined ? undefined : this.#lanes.get(id);
      if (id === undefined || !lane) return;
      this.#running += 1;
      void this.#run(id, lane);
    }
  }

  async #run(id: string, lane: Lane<D>): Promise<void> {
    const document = lane.pending;
    const waiters = lane.waiters;
    lane.pending = undefined;
    lane.waiters = [];
    let success = false;
    try {
      if (document !== undefined) lane.handedOn = await this.#work(document, lane.handedOn);
      success = true;
    } catch {
      // The work has reported it. Newer post-images of this lane are left to the sweeper too.
      lane.pending = undefined;
      waiters.push(...lane.waiters);
    }
    this.#running -= 1;
    // Behind the others: an aggregate that is written to all the time does not keep a place for itself.
    if (lane.pending !== undefined) this.#queue.push(id);
    else this.#lanes.delete(id);
    for (const waiter of waiters) waiter(success);
    this.#pump();
    if (this.#lanes.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
