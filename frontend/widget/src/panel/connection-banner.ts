import type { ConnectionState } from '@beseda/realtime';

/** Connection states the visitor is told about. */
export type Banner = Exclude<ConnectionState, 'online'>;

/** A cut that heals within this time is not worth a word. */
const DELAY_MS = 2_000;

/** What is said about the connection: nothing about short cuts, everything else until it is over. */
export class ConnectionBanner {
  readonly #onChange: () => void;
  #shown: Banner | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get shown(): Banner | null {
    return this.#shown;
  }

  set(state: ConnectionState): void {
    clearTimeout(this.#timer);
    if (state === 'online') this.#show(null);
    else if (this.#shown !== null) this.#show(state);
    else this.#timer = setTimeout(() => this.#show(state), DELAY_MS);
  }

  #show(banner: Banner | null): void {
    this.#shown = banner;
    this.#onChange();
  }
}
