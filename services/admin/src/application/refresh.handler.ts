import type { Keys } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { KEYS, LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { type Session, decideRefresh } from '../domain/session.js';
import { verifyRefresh } from '../infrastructure/crypto/refresh-tokens.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

/** A refresh that loses a race is decided anew; after one lost race it is a repeat, so more than these are impossible. */
const TRIES = 5;

/** Gives a new access token and the next refresh token. */
@Injectable()
export class RefreshHandler {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly operators: OperatorsRepository,
    private readonly tokens: SessionTokens,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(refreshToken: string): Promise<SignedIn> {
    const shown = verifyRefresh(this.keys, refreshToken);
    if (!shown) throw signInAgain();
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const session = await this.sessions.find(shown.sessionId, new Date());
      if (!session) throw signInAgain();
      const answer = await this.#refresh(session, shown.generation);
      if (answer) return answer;
    }
    throw appError('ABORTED', 'Another request of this browser renewed the session meanwhile.');
  }

  /** Undefined when another request was faster. */
  async #refresh(session: Session, shown: number): Promise<SignedIn | undefined> {
    const operator = await this.operators.byId(session.operatorId);
    if (!operator || operator.disabled || operator.tokenVersion !== session.tokenVersion) {
      await this.sessions.end(session.id);
      throw signInAgain();
    }
    const now = new Date();
    switch (decideRefresh(session, shown, now)) {
      case 'advance': {
        const advanced = await this.sessions.advance(session.id, shown, now);
        return advanced && this.tokens.issue(advanced, operator);
      }
      case 'repeat':
        return this.tokens.issue(session, operator);
      case 'end':
        this.logger.warn(
          { session: session.id, operator: operator.id },
          'an old refresh token was used: session ended',
        );
        await this.sessions.end(session.id);
        throw signInAgain();
    }
  }
}

const signInAgain = (): Error => appError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
