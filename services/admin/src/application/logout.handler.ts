import type { Keys } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { verifyRefresh } from '../infrastructure/crypto/refresh-tokens.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { SessionEnd } from './session-end.js';

/** Ends the session of a refresh token. A token that is worth nothing ends nothing, and that is no error. */
@Injectable()
export class LogoutHandler {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly end: SessionEnd,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  async execute(refreshToken: string): Promise<void> {
    const shown = verifyRefresh(this.keys, refreshToken);
    const session = shown && (await this.sessions.find(shown.sessionId, new Date()));
    if (session) await this.end.end(session.operatorId, [session.id]);
  }
}
