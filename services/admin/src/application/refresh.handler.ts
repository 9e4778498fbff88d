import type { Keys } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { KEYS, LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { maySignIn } from '../domain/operator.js';
import { type Session, decideRefresh, sessionLives } from '../domain/session.js';
import { verifyRefresh } from '../infrastructure/crypto/refresh-tokens.js';
import { OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { SessionEnd } from './session-end.js';
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
    private readonly sessionEnd: SessionEnd,
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
    const stored = await this.operators.stored(session.operatorId);
    if (!stored || !maySignIn(stored) || !sessionLives(session, stored)) {
      // Nobody needs telling: gateways know the operator, and the token version, as they are now.
      await this.sessions.remove([session.id]);
      throw signInAgain();
    }
    const operator = operatorOf(stored);
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
        // Whoever has its access token is cut off, the thief and the robbed alike.
        await this.sessionEnd.end(operator.id, [session.id]);
        throw signInAgain();
    }
  }
}

const signInAgain = (): Error => appError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
