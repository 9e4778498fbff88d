import type { RealtimeEnv } from './env.js';
import type { DialogEvent, Heads } from './events.js';

/** A timeline as the connection sees it; DialogTimeline is one. */
export interface OpenTimeline {
  readonly dialogId: string;
  readonly headSeq: number;
  readonly hole: boolean;
  apply(events: readonly DialogEvent[]): { readonly added: readonly DialogEvent[] };
  noteHead(seq: number): boolean;
}

interface CatchupOptions {
  readonly env: RealtimeEnv;
  /** Sends `resume` over the socket; `ack` comes with the server's heads once everything missed was sent. */
  send(dialogs: Heads, ack: (heads: Heads) => void): void;
  poll(dialogs: Heads): Promise<{ events: readonly DialogEvent[]; dialogs: Heads }>;
  deliver(events: readonly DialogEvent[]): void;
  /** The server did not answer in time: the socket is dead. */
  onDead(): void;
  /** True while there is a connected socket. */
  ready(): boolean;
}

/** The server follows at most this many open dialogs per socket. */
const MAX_OPEN = 50;
const ACK_TIMEOUT_MS = 8_000;
/** Events that overtake each other by less than this need no resume. */
const REORDER_MS = 50;
const MAX_STALL_MS = 5_000;
/** Bound of one poll: 20 answers of 500 events. */
const MAX_POLL_ROUNDS = 20;

/** Asks for what open timelines miss until nothing is missing: one `resume` at a time, judged by its answer. */
export class Catchup {
  readonly #o: CatchupOptions;
  readonly #open = new Map<string, OpenTimeline>();
  #flight: { known: number; timer: unknown } | null = null;
  /** The set of open dialogs changed while a resume was on its way. */
  #dirty = false;
  #stalled = 0;
  #later: unknown;
  #onFirst: (() => void) | null = null;
  #polling: Promise<void> | null = null;

  constructor(options: CatchupOptions) {
    this.#o = options;
  }

  open(timeline: OpenTimeline): void {
    if (this.#open.get(timeline.dialogId) === timeline) return;
    this.#open.delete(timeline.dialogId);
    this.#open.set(timeline.dialogId, timeline);
    this.#resubscribe();
  }

  close(dialogId: string): void {
    if (this.#open.delete(dialogId)) this.#resubscribe();
  }

  /** True while there is a timeline to keep complete. */
  get following(): boolean {
    return this.#open.size > 0;
  }

  /** A socket is connected: resume, then `onFirst`. */
  connected(onFirst: () => void): void {
    this.#onFirst = onFirst;
    this.#stalled = 0;
    this.request();
  }

  disconnected(): void {
    this.#clearFlight();
    this.#clearLater();
    this.#onFirst = null;
    this.#dirty = false;
  }

  stop(): void {
    this.disconnected();
  }

  /** Resumes now; while one is on its way only its time limit is shortened. */
  request(timeoutMs = ACK_TIMEOUT_MS): void {
    if (!this.#o.ready()) return;
    this.#clearLater();
    if (this.#flight) {
      if (timeoutMs < ACK_TIMEOUT_MS) this.#limit(this.#flight, timeoutMs);
      return;
    }
    const flight = { known: this.#known(), timer: undefined };
    this.#flight = flight;
    this.#dirty = false;
    this.#limit(flight, timeoutMs);
    this.#o.send(this.#heads(), (heads) => {
      if (this.#flight === flight) this.#answered(flight.known, heads);
    });
  }

  /** Applies one event to its open timeline; false when it was known there already. */
  apply(event: DialogEvent): boolean {
    const timeline = this.#open.get(event.dialogId);
    if (!timeline) return true;
    const before = timeline.headSeq;
    timeline.apply([event]);
    // a long absence takes a while to send: as long as something comes, the socket lives
    if (this.#flight && timeline.headSeq > before) this.#limit(this.#flight, ACK_TIMEOUT_MS);
    return event.seq > before;
  }

  heads(dialogs: Heads): void {
    this.#note(dialogs);
    this.checkHoles();
  }

  /** Resumes soon if something is missing and nobody is asking for it yet. */
  checkHoles(): void {
    if (this.#flight || this.#later !== undefined || !this.#holes()) return;
    this.#soon(REORDER_MS);
  }

  /** The same over HTTP; rejects when the route does not answer. Calls while one runs share it. */
  poll(): Promise<void> {
    this.#polling ??= this.#pollRounds().finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  async #pollRounds(): Promise<void> {
    for (let round = 0; round < MAX_POLL_ROUNDS; round += 1) {
      const known = this.#known();
      const answer = await this.#o.poll(this.#heads());
      this.#o.deliver(answer.events);
      this.#note(answer.dialogs);
      if (!this.#holes() || this.#known() === known) return;
    }
  }

  #answered(known: number, heads: Heads): void {
    this.#clearFlight();
    const first = this.#onFirst;
    this.#onFirst = null;
    first?.();
    this.#note(heads);
    if (this.#dirty) return this.request();
    if (!this.#holes()) {
      this.#stalled = 0;
      return;
    }
    if (this.#known() > known) {
      this.#stalled = 0;
      return this.request();
    }
    // the answer brought nothing although something is missing: ask again with a growing pause, and over HTTP too
    this.#stalled += 1;
    this.#soon(Math.min(MAX_STALL_MS, 200 * 2 ** this.#stalled));
    if (this.#stalled >= 2) this.poll().catch(() => undefined /* no answer over HTTP: the timer above asks again */);
  }

  #resubscribe(): void {
    if (this.#flight) this.#dirty = true;
    else if (this.#o.ready()) {
      this.#clearLater();
      this.#soon(0);
    }
  }

  #soon(ms: number): void {
    this.#later = this.#o.env.setTimeout(() => {
      this.#later = undefined;
      this.request();
    }, ms);
  }

  #limit(flight: { timer: unknown }, ms: number): void {
    this.#o.env.clearTimeout(flight.timer);
    flight.timer = this.#o.env.setTimeout(() => {
      if (this.#flight === flight) this.#o.onDead();
    }, ms);
  }

  #clearFlight(): void {
    if (this.#flight) this.#o.env.clearTimeout(this.#flight.timer);
    this.#flight = null;
  }

  #clearLater(): void {
    if (this.#later !== undefined) this.#o.env.clearTimeout(this.#later);
    this.#later = undefined;
  }

  #note(dialogs: Heads): void {
    for (const [id, seq] of Object.entries(dialogs)) this.#open.get(id)?.noteHead(seq);
  }

  #followed(): OpenTimeline[] {
    return [...this.#open.values()].slice(-MAX_OPEN);
  }

  #heads(): Record<string, number> {
    return Object.fromEntries(this.#followed().map((timeline) => [timeline.dialogId, timeline.headSeq]));
  }

  #holes(): boolean {
    return this.#followed().some((timeline) => timeline.hole);
  }

  #known(): number {
    return this.#followed().reduce((sum, timeline) => sum + timeline.headSeq, 0);
  }
}
