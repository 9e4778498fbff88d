import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';
import { SignInAudit, type SignInWay } from './sign-in-audit.js';

/** The browser somebody signs in with. */
export interface Browser {
  /** Network address; empty: unknown. */
  address: string;
  userAgent: string;
}

/** Begins the session of somebody who has proved everything. */
@Injectable()
export class SessionStart {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly tokens: SessionTokens,
    private readonly audit: SignInAudit,
  ) {}

  /** @param proved the state everything was proved against: what was changed since ends the session at once */
  async begin(proved: OperatorDocument, browser: Browser, way: SignInWay = 'password'): Promise<SignedIn> {
    const { address, userAgent } = browser;
    const now = new Date();
    // Noted before there is a session: none begins that the log does not know of.
    await this.audit.signedIn(proved, browser, way);
    const session = await this.sessions.insert({
      id: v7(),
      operatorId: proved._id,
      tokenVersion: proved.tokenVersion,
      createdAt: now,
      address,
      userAgent,
    });
    await this.operators.signedIn(proved._id, now);
    return this.tokens.issue(session, operatorOf(await this.#arrived(proved)));
  }

  /** Whoever was invited and signs in by single sign-on is here now, and needs no one-time password. */
  async #arrived(proved: OperatorDocument): Promise<OperatorDocument> {
    if (!proved.invited) return proved;
    const arrived = await this.operators.change(proved._id, correlationId(), (present) =>
      present.invited
        ? {
            set: { invited: false, ...(present.oneTimeUntil ? { passwordHash: '' } : {}) },
            unset: ['oneTimeUntil', 'invitation'],
          }
        : undefined,
    );
    return { ...arrived, tokenVersion: proved.tokenVersion };
  }
}
