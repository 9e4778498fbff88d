import { correlationId } from '@beseda/grpc';
import { Timers } from '@beseda/service-defaults';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { endSessions } from '../domain/session.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';

/** Whoever began to end a session has done it after this long. Milliseconds. */
const LEFT_MS = 10_000;
const SWEEP_MS = 15_000;
const BATCH = 100;

/**
 * Ends sessions so that every gateway cuts them off. Three writes, each of which may be the last before a crash: the session
 * is marked as over (nothing can be got with it any more), its operator's document says so (that is published), the session
 * is removed. A sweeper finishes what was left.
 */
@Injectable()
export class SessionEnd implements OnApplicationBootstrap {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly operators: OperatorsRepository,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every({
      name: 'session-end',
      ms: SWEEP_MS,
      run: () => this.finishLeft(new Date(Date.now() - LEFT_MS)),
      failed: 'sessions that are over could not be published as such',
    });
  }

  /** @param keepId goes on, should so many end at once that only a new token version does it */
  async end(operatorId: string, ids: readonly string[], keepId?: string): Promise<void> {
    if (ids.length === 0) return;
    await this.sessions.markEnding(ids, new Date());
    await this.#finish(operatorId, ids, keepId);
  }

  /** Finishes what was begun before a time and cut short. */
  async finishLeft(before: Date): Promise<void> {
    for (const { id, operatorId } of await this.sessions.ending(before, BATCH)) await this.#finish(operatorId, [id]);
  }

  async #finish(operatorId: string, ids: readonly string[], keepId?: string): Promise<void> {
    let raised = false;
    await this.operators.change(operatorId, correlationId(), (operator) => {
      raised = false;
      if (ids.every((id) => operator.endedSessions.some(({ sessionId }) => sessionId === id))) return undefined;
      const ended = endSessions(operator, ids, new Date());
      raised = ended.tokenVersion !== operator.tokenVersion;
      const kept =
        raised && keepId !== undefined ? { keptSession: { sessionId: keepId, tokenVersion: ended.tokenVersion } } : {};
      return { set: { ...ended, ...kept } };
    });
    await this.sessions.remove(ids);
    if (raised) await this.sessions.removeAllOf(operatorId, keepId);
  }
}
