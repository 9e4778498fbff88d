import type { Consumer } from 'kafkajs';

/** How often a sign of life is looked for, milliseconds. */
const EVERY_MS = 5_000;
/** Looks without one after which a consumer is dead: a minute, in which a client that lives has fetched or failed many times. */
const LOOKS = 12;

/**
 * Watches whether a consumer still does anything: one that stopped without a word must not look like a quiet topic.
 * Counts looks rather than time, so that a process that was stopped for a while does not take itself for dead.
 */
export class Vitals {
  #silent = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(consumer: Consumer, onDead: (error: Error) => void) {
    const { FETCH_START, HEARTBEAT, GROUP_JOIN, CRASH, CONNECT, REBALANCING } = consumer.events;
    const alive = (): void => void (this.#silent = 0);
    consumer.on(FETCH_START, alive);
    consumer.on(HEARTBEAT, alive);
    consumer.on(GROUP_JOIN, alive);
    consumer.on(CRASH, alive);
    consumer.on(CONNECT, alive);
    consumer.on(REBALANCING, alive);
    this.#timer = setInterval(() => {
      if (++this.#silent < LOOKS) return;
      this.stop();
      onDead(new Error('the consumer has done nothing for a minute'));
    }, EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
