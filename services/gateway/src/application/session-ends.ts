/** Tells who listens that a login is over: its sockets must go. */
export class SessionEnds {
  readonly #listeners = new Set<(sessionId: string) => void>();

  onEnd(listener: (sessionId: string) => void): void {
    this.#listeners.add(listener);
  }

  end(sessionId: string): void {
    for (const listener of this.#listeners) listener(sessionId);
  }
}
