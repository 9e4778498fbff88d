import { correlationId } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
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
export class SessionEnd implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly operators: OperatorsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): void => {
      this.finishLeft(new Date(Date.now() - LEFT_MS)).catch((error: unknown) =>
        // An outage: the sessions are marked, the next round finds them.
        this.logger.warn({ err: error }, 'sessions that are over could not be published as such'),
      );
    };
    sweep();
    this.#timer = setInterval(sweep, SWEEP_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
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
