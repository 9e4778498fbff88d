import { ACCESS_TOKEN_SECONDS, type Keys, signAccess } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { Operator } from '../domain/operator.js';
import { SESSION_MS, type Session } from '../domain/session.js';
import { signRefresh } from '../infrastructure/crypto/refresh-tokens.js';

/** What a person gets who has signed in. */
export interface SignedIn {
  sessionId: string;
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

  /** Tokens for a session that is good for this state of the operator: they say its token version. */
  async issue({ id, generation }: Session, operator: Operator): Promise<SignedIn> {
    const { tokenVersion } = operator;
    return {
      sessionId: id,
      accessToken: await signAccess(this.keys, { operatorId: operator.id, sessionId: id, tokenVersion }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: signRefresh(this.keys, { sessionId: id, generation }),
      refreshExpiresIn: SESSION_MS / 1000,
      operator,
    };
  }
}
