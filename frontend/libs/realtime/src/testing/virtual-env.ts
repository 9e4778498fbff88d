import type { RealtimeEnv } from '../env.js';

/** Seeded numbers 0 ≤ x < 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Timer {
  at: number;
  order: number;
  run: () => void;
}

/** A clock that moves only when told; `sleep` moves it without running timers, as a suspended device does. */
export class VirtualEnv implements RealtimeEnv {
  #now = 1_700_000_000_000;
  #offset = 0;
  #order = 0;
  #timers = new Map<number, Timer>();
  hasNetwork = true;

  constructor(readonly random: () => number = seeded(1)) {}

  now(): number {
    return this.#now + this.#offset;
  }

  setTimeout(run: () => void, ms: number): number {
    const order = ++this.#order;
    this.#timers.set(order, { at: this.#now + Math.max(0, ms), order, run });
    return order;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as number);
  }

  online(): boolean {
    return this.hasNetwork;
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** The device sleeps: time passes, nothing runs; late timers run at the next `advance`. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** The clock is set back; timers do not care. */
  setBack(ms: number): void {
    this.#offset -= ms;
  }

  /** Runs timers in order up to now + ms, letting promises settle between them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#timers.delete(next.order);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  /** Advances in small steps until the condition holds; throws after `limitMs` of virtual time. */
  async until(condition: () => boolean, limitMs = 60_000): Promise<void> {
    for (let passed = 0; !condition(); passed += 50) {
      if (passed > limitMs)
        throw new Error(`not reached within ${limitMs} ms of virtual time: ${condition.toString()}`);
      await this.advance(50);
    }
  }

  #due(end: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.at > end) continue;
      if (!found || timer.at < found.at || (timer.at === found.at && timer.order < found.order)) found = timer;
    }
    return found;
  }
}

/** Lets everything that waits for promises go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
