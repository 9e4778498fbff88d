import { HttpProblem, type Visitor, newId } from './api.js';

/** A message whose sender was told that it is stored. */
export interface Sent {
  text: string;
  dialogId: string;
  messageId: string;
  seq: number;
}

/**
 * Writers that never give up: a send whose answer was lost is repeated with the same id until it is answered.
 * What they note as acknowledged must be there for ever, once.
 */
export class Writers {
  readonly acknowledged: Sent[] = [];
  #running = true;
  #work: Promise<void>[] = [];

  /** @param everyMs pause of each writer between an answer and its next message */
  constructor(private readonly everyMs = 0) {}

  start(visitors: readonly Visitor[], label: string): void {
    this.#work = visitors.map((visitor, i) => this.write(visitor, `${label}-${i}`));
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#work);
  }

  private async write(visitor: Visitor, label: string): Promise<void> {
    for (let n = 0; this.#running; n++) {
      await this.sendUntilAnswered(visitor, `${label}-${n}`, newId());
      if (this.everyMs > 0) await pause(this.everyMs);
    }
  }

  private async sendUntilAnswered(visitor: Visitor, text: string, id: string): Promise<void> {
    for (;;) {
      try {
        this.acknowledged.push({ text, ...(await visitor.send(text, id)) });
        return;
      } catch (error) {
        // A refused or cut connection, or a service that is stopping: ask again. Anything else is a defect.
        if (error instanceof HttpProblem && error.status < 500 && error.status !== 409 && error.status !== 429)
          throw error;
        await pause(50);
      }
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
