import { PARTITIONS } from '../partition.js';

/** A member as its group sees it. */
export interface Member {
  /** Nothing of the present generation counts any more. */
  revoke(): void;
  assign(generation: number, partitions: readonly number[]): void;
}

/** Members of one group in this process: partitions are dealt out anew at every join and leave, as on Kafka. */
export class Group {
  readonly #members: Member[] = [];
  #generation = 0;

  join(member: Member): void {
    this.#members.push(member);
    this.#rebalance();
  }

  leave(member: Member): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members.splice(index, 1);
    this.#rebalance();
  }

  #rebalance(): void {
    this.#generation++;
    for (const member of this.#members) member.revoke();
    const count = this.#members.length;
    this.#members.forEach((member, index) => {
      const mine = Array.from({ length: PARTITIONS }, (_, p) => p).filter((p) => p % count === index);
      member.assign(this.#generation, mine);
    });
  }
}
