/**
 * Lets so many pieces of work run at once; the others wait their turn. After a restart every client resumes in the same second:
 * answered one after another each gets its answer in time, asked all at once nobody does.
 */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Resumes asked of the dialogs service at once, over all sockets. */
export const RESUMES_AT_ONCE = 64;

/** The slots of resumes. */
export class ResumeSlots extends Slots {
  constructor() {
    super(RESUMES_AT_ONCE);
  }
}
