import type { OperatorActor } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import { Account } from './account.js';
import { OwnSessions } from './own-sessions.js';
import { SessionEnd } from './session-end.js';

/** Signs an operator out elsewhere. */
@Injectable()
export class EndOwnSessionsHandler {
  constructor(
    private readonly account: Account,
    private readonly own: OwnSessions,
    private readonly sessionEnd: SessionEnd,
  ) {}

  /** Ends one session, or all but one; one that is over already is no error. */
  async execute(actor: OperatorActor, which: { only: string } | { allBut: string }): Promise<void> {
    const live = await this.own.live(await this.account.get(actor));
    const ids = live.map(({ id }) => id);
    if ('only' in which)
      return this.sessionEnd.end(
        actor.id,
        ids.filter((id) => id === which.only),
      );
    await this.sessionEnd.end(
      actor.id,
      ids.filter((id) => id !== which.allBut),
      which.allBut,
    );
  }
}
