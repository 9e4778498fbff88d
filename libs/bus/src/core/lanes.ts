/** Time for handlers to notice their aborted signal, milliseconds. */
export const ABORT_GRACE_MS = 250;

/** One step of a lane. Handles its own errors. */
export type LaneTask = () => Promise<void>;

/**
 * Queues by key: tasks of one key run one after the other in the order they came, tasks of different keys side by side.
 * A lane exists only while it has work.
 */
export class KeyLanes {
  readonly #lanes = new Map<string, LaneTask[]>();
  #waiting: (() => void)[] = [];

  /** @param onDefect called with what a task threw against its contract; the lane goes on */
  constructor(private readonly onDefect: (error: unknown) => void) {}

  run(key: string, task: LaneTask): void {
    const lane = this.#lanes.get(key);
    if (lane) lane.push(task);
    else {
      const tasks = [task];
      this.#lanes.set(key, tasks);
      void this.#work(key, tasks);
    }
  }

  /** Resolves when no lane has work. */
  idle(): Promise<void> {
    if (this.#lanes.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** As {@link idle}, but waits no longer than `ms`; says whether it is idle. */
  async idleWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
    const idle = await Promise.race([this.idle().then(() => true), late]);
    clearTimeout(timer);
    return idle;
  }

  async #work(key: string, tasks: LaneTask[]): Promise<void> {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      try {
        await task();
      } catch (error) {
        this.onDefect(error); // a defect of the core, not of a handler: those are dealt with inside the task
      }
    }
    this.#lanes.delete(key);
    if (this.#lanes.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Lets at most `free` functions run at once; the others wait in order. */
export class Slots {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async run<T>(work: () => Promise<T> | T): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift(); // the slot is handed on, so nobody can overtake
      if (next) next();
      else this.free++;
    }
  }
}
