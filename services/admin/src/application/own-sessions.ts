import { Injectable } from '@nestjs/common';
import { type Session, sessionLives } from '../domain/session.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';

/** The sessions of an operator that are not over. */
@Injectable()
export class OwnSessions {
  constructor(private readonly sessions: SessionsRepository) {}

  async live(operator: OperatorDocument): Promise<Session[]> {
    const all = await this.sessions.ofOperator(operator._id, new Date());
    return all.filter((session) => sessionLives(session, operator));
  }
}
