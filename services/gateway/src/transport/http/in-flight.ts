import type { NextFunction, Request, Response } from 'express';

/** Requests being answered, so that a stop can wait for them. */
export class InFlight {
  #count = 0;
  #stopping = false;
  #idle: (() => void) | undefined;

  readonly middleware = (_: Request, response: Response, next: NextFunction): void => {
    this.#count += 1;
    // A connection that is kept would take the next request to a server that is gone.
    if (this.#stopping) response.set('Connection', 'close');
    response.once('close', () => {
      this.#count -= 1;
      if (this.#count === 0) this.#idle?.();
    });
    next();
  };

  /** From now on connections end with their answers. Resolves when nothing is left, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
