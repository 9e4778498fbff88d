import { isRetryableProblem, toApiProblem } from '@beseda/realtime';

/** Watermarks of one dialog. */
export interface Marks {
  deliveredSeq: number;
  readSeq: number;
}

interface Entry {
  wanted: Marks;
  told: Marks;
  timer: ReturnType<typeof setTimeout> | undefined;
  busy: boolean;
}

/** Several marks in a row make one request. */
const COALESCE_MS = 300;
const NEXT_MS = 1_000;
const RETRY_MS = 3_000;

/** Tells the server what arrived and what was seen: watermarks that only grow, one request at a time per dialog. */
export class Receipts {
  readonly #entries = new Map<string, Entry>();
  readonly #send: (dialogId: string, marks: Partial<Marks>) => Promise<void>;

  constructor(send: (dialogId: string, marks: Partial<Marks>) => Promise<void>) {
    this.#send = send;
  }

  /** What the server knows already. */
  known(dialogId: string, marks: Marks): void {
    const entry = this.#entry(dialogId);
    for (const key of ['deliveredSeq', 'readSeq'] as const) {
      entry.told[key] = Math.max(entry.told[key], marks[key]);
      entry.wanted[key] = Math.max(entry.wanted[key], marks[key]);
    }
  }

  delivered(dialogId: string, seq: number): void {
    this.#want(dialogId, 'deliveredSeq', seq);
  }

  read(dialogId: string, seq: number): void {
    this.#want(dialogId, 'readSeq', seq);
  }

  /** Up to where this visitor has read, told or about to be. */
  readSeq(dialogId: string): number {
    return this.#entries.get(dialogId)?.wanted.readSeq ?? 0;
  }

  /** Forgets everything (another contact). */
  clear(): void {
    for (const entry of this.#entries.values()) clearTimeout(entry.timer);
    this.#entries.clear();
  }

  #want(dialogId: string, key: keyof Marks, seq: number): void {
    const entry = this.#entry(dialogId);
    if (seq <= entry.wanted[key]) return;
    entry.wanted[key] = seq;
    this.#later(dialogId, entry, COALESCE_MS);
  }

  #later(dialogId: string, entry: Entry, ms: number): void {
    if (entry.timer !== undefined || entry.busy) return;
    entry.timer = setTimeout(() => {
      entry.timer = undefined;
      void this.#flush(dialogId, entry);
    }, ms);
  }

  async #flush(dialogId: string, entry: Entry): Promise<void> {
    const { wanted, told } = entry;
    const marks: Partial<Marks> = {};
    if (wanted.deliveredSeq > told.deliveredSeq) marks.deliveredSeq = wanted.deliveredSeq;
    if (wanted.readSeq > told.readSeq) marks.readSeq = wanted.readSeq;
    if (Object.keys(marks).length === 0) return;
    entry.busy = true;
    let wait = NEXT_MS;
    try {
      await this.#send(dialogId, marks);
      entry.told = { ...told, ...marks };
    } catch (error) {
      // ApiError: what may pass is told later, what the server refuses (a dialog that is gone) is not asked again
      const problem = toApiProblem(error);
      if (isRetryableProblem(problem)) wait = Math.max(RETRY_MS, problem.retryAfterMs ?? 0);
      else entry.told = { ...told, ...marks };
    }
    entry.busy = false;
    if (this.#entries.get(dialogId) !== entry) return;
    const open = entry.wanted.deliveredSeq > entry.told.deliveredSeq || entry.wanted.readSeq > entry.told.readSeq;
    if (open) this.#later(dialogId, entry, wait);
  }

  #entry(dialogId: string): Entry {
    let entry = this.#entries.get(dialogId);
    if (!entry) {
      const none = (): Marks => ({ deliveredSeq: 0, readSeq: 0 });
      this.#entries.set(dialogId, (entry = { wanted: none(), told: none(), timer: undefined, busy: false }));
    }
    return entry;
  }
}
