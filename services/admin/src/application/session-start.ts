import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

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
  ) {}

  /** @param proved the state everything was proved against: what was changed since ends the session at once */
  async begin(proved: OperatorDocument, { address, userAgent }: Browser): Promise<SignedIn> {
    const now = new Date();
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
