/** Runs `draw` at the first request at once and during a burst (hundreds of events after a cut) every few frames. */
export class Redraw {
  static readonly #PAUSE_MS = 32;
  readonly #draw: () => void;
  #asked = false;
  #drawnAt = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  request(): void {
    if (this.#asked) return;
    this.#asked = true;
    const run = (): void => {
      this.#asked = false;
      this.#drawnAt = Date.now();
      this.#draw();
    };
    if (Date.now() - this.#drawnAt > Redraw.#PAUSE_MS) queueMicrotask(run);
    else setTimeout(run, Redraw.#PAUSE_MS);
  }
}

/** When to read the list of dialogs again: one reading at a time and, unless it is urgent, with a pause between two. */
export class ListReadings {
  static readonly #PAUSE_MS = 3_000;
  /** Live events usually come with the hint that a dialog changed: only what they leave open is read. */
  static readonly #HINT_MS = 500;
  static readonly #URGENT_MS = 50;
  readonly #read: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readAt = 0;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** `urgent`: something belongs to a dialog nobody knows yet. */
  soon(urgency: 'urgent' | 'hint' | 'refresh'): void {
    // a clock that was set back must not make the pause long
    const pause = Math.min(this.#readAt + ListReadings.#PAUSE_MS - Date.now(), ListReadings.#PAUSE_MS);
    if (urgency === 'urgent') clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    const wait =
      urgency === 'urgent' ? ListReadings.#URGENT_MS : Math.max(urgency === 'hint' ? ListReadings.#HINT_MS : 0, pause);
    this.#timer = setTimeout(() => void this.now(), wait);
  }

  async now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#readAt = Date.now();
    await this.#read();
  }
}

/** Saves only the last of many values in a row. */
export class Debounced<T> {
  readonly #save: (value: T) => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, save: (value: T) => void) {
    this.#ms = ms;
    this.#save = save;
  }

  set(value: T): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(value), this.#ms);
  }
}

/** Does something at once, and when it is asked for again too soon, once after the pause. */
export class Spaced {
  readonly #run: () => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ranAt = 0;

  constructor(ms: number, run: () => void) {
    this.#ms = ms;
    this.#run = run;
  }

  soon(): void {
    if (this.#timer !== undefined) return;
    // a clock that was set back must not make the pause long
    const wait = Math.min(this.#ranAt + this.#ms - Date.now(), this.#ms);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#ranAt = Date.now();
      this.#run();
    }, wait);
  }
}
