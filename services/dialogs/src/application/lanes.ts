/** Work of one key runs one after another, in the order it came; work of different keys side by side. */
export class Lanes {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs work when all earlier work of the key has ended, however it ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    const result = before ? before.then(work) : work();
    const tail = result.then(
      () => undefined,
      () => undefined, // whoever called gets the error; the next in the lane does not
    );
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }

  /** How many keys have work. */
  get size(): number {
    return this.#tails.size;
  }
}
