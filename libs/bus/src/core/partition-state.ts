import type { AdapterConsumer } from '../adapter.js';
import { PartitionProgress } from './progress.js';

/** A partition as one generation of a member holds it. */
export class PartitionState {
  readonly progress = new PartitionProgress();
  readonly #abort = new AbortController();
  #paused = false;

  constructor(
    readonly partition: number,
    private readonly window: number,
  ) {}

  /** Aborted when the partition is lost or draining took too long. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** False as soon as nothing of it may be started, parked or committed. */
  get live(): boolean {
    return !this.#abort.signal.aborted;
  }

  retire(why: string): void {
    this.#abort.abort(new Error(why));
  }

  /** Pauses beyond the window, resumes when half of it is free. */
  throttle(consumer: AdapterConsumer): void {
    if (!this.live) return;
    const { open } = this.progress;
    if (!this.#paused && open >= this.window) {
      this.#paused = true;
      consumer.pause(this.partition);
    } else if (this.#paused && open <= this.window / 2) {
      this.#paused = false;
      consumer.resume(this.partition);
    }
  }
}
