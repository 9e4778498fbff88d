import { ACCESS_TOKEN_SECONDS, type Keys, signAccess } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { Operator } from '../domain/operator.js';
import { SESSION_MS, type Session } from '../domain/session.js';
import { signRefresh } from '../infrastructure/crypto/refresh-tokens.js';

/** What a person gets who has signed in. */
export interface SignedIn {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
  /** Seconds. */
  refreshExpiresIn: number;
  operator: Operator;
}

/** Makes the tokens of a session. */
@Injectable()
export class SessionTokens {
  constructor(@Inject(KEYS) private readonly keys: Keys) {}

  async issue(session: Session, operator: Operator): Promise<SignedIn> {
    const { id, generation, tokenVersion } = session;
    return {
      accessToken: await signAccess(this.keys, { operatorId: operator.id, sessionId: id, tokenVersion }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: signRefresh(this.keys, { sessionId: id, generation }),
      refreshExpiresIn: SESSION_MS / 1000,
      operator,
    };
  }
}
