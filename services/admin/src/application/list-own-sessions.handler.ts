import type { OperatorActor } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import type { Session } from '../domain/session.js';
import { Account } from './account.js';
import { OwnSessions } from './own-sessions.js';

/** Where an operator is signed in. */
@Injectable()
export class ListOwnSessionsHandler {
  constructor(
    private readonly account: Account,
    private readonly own: OwnSessions,
  ) {}

  async execute(actor: OperatorActor): Promise<Session[]> {
    return this.own.live(await this.account.get(actor));
  }
}
