/**
 * What of a partition has been taken and finished. Lanes finish records in any order; only the position up to which all
 * of them are finished may be committed.
 */
export class PartitionProgress {
  /** Offsets in the order they were taken, from the oldest unfinished one on. */
  #taken: number[] = [];
  #head = 0;
  readonly #finished = new Set<number>();
  #position: number | undefined;
  #committed: number | undefined;

  /** Records between the oldest unfinished one and the newest taken one. */
  get open(): number {
    return this.#taken.length - this.#head;
  }

  take(offset: number): void {
    this.#taken.push(offset);
  }

  finish(offset: number): void {
    this.#finished.add(offset);
    for (let next = this.#taken[this.#head]; next !== undefined; next = this.#taken[this.#head]) {
      if (!this.#finished.delete(next)) break;
      this.#position = next + 1;
      this.#head++;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#taken.length) {
      this.#taken = this.#taken.slice(this.#head);
      this.#head = 0;
    }
  }

  /** The position to commit, when there is a new one. */
  uncommitted(): number | undefined {
    return this.#position === this.#committed ? undefined : this.#position;
  }

  committed(position: number): void {
    this.#committed = position;
  }
}
