import { HttpProblem, type Visitor, call, newId } from '../support/api.js';
import type { Sent } from '../support/writers.js';

/** Pause before a send is repeated; ms. */
const AGAIN_MS = 100;

/**
 * Visitors who write at a steady pace. A send that fails is repeated with the same id over the next of the given gateways
 * until it is answered.
 */
export class SteadyLoad {
  readonly acknowledged: Sent[] = [];
  /** Longest time between the first failure of a send and its answer; ms. */
  longestErrorMs = 0;
  #running = true;
  readonly #work: Promise<void>[];

  constructor(
    private readonly urls: readonly string[],
    visitors: readonly Visitor[],
    private readonly everyMs: number,
  ) {
    this.#work = visitors.map((visitor, i) => this.#write(visitor, i));
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#work);
  }

  async #write(visitor: Visitor, index: number): Promise<void> {
    for (let n = 0; this.#running; n++) {
      const began = performance.now();
      await this.#send(visitor, `${visitor.contactId}-${n}`, index);
      await pause(Math.max(0, this.everyMs - (performance.now() - began)));
    }
  }

  async #send(visitor: Visitor, text: string, gateway: number): Promise<void> {
    const body = { clientMessageId: newId(), text };
    let failedAt: number | undefined;
    for (let attempt = 0; ; attempt++) {
      const url = this.urls[(gateway + attempt) % this.urls.length] ?? '';
      try {
        const answer = await call<Omit<Sent, 'text'>>(`${url}/api/widget/messages`, 'POST', visitor.token, body);
        this.acknowledged.push({ text, ...answer });
        if (failedAt !== undefined) {
          this.longestErrorMs = Math.max(this.longestErrorMs, performance.now() - failedAt);
        }
        return;
      } catch (error) {
        // A gateway that stops, or whose backend does: the next one. What the sender did wrong is a defect of the test.
        if (error instanceof HttpProblem && error.status < 500 && error.status !== 409 && error.status !== 429)
          throw error;
        failedAt ??= performance.now();
        await pause(AGAIN_MS);
      }
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
