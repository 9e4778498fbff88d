import { InjectModel, MongoRepository } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { REMEMBERED_ROTATIONS, SESSION_MS, type Session } from '../../domain/session.js';
import type { SessionDocument } from './people.documents.js';

const sessionOf = (doc: SessionDocument): Session => ({
  id: doc._id,
  operatorId: doc.operatorId,
  tokenVersion: doc.tokenVersion,
  generation: doc.generation,
  rotations: doc.rotations,
  createdAt: doc.createdAt,
  lastUsedAt: doc.lastUsedAt ?? doc.createdAt,
  expiresAt: doc.expiresAt,
  address: doc.address,
  userAgent: doc.userAgent,
});

/** A session as it begins. */
export type NewSession = Pick<Session, 'id' | 'operatorId' | 'tokenVersion' | 'createdAt' | 'address' | 'userAgent'>;

/** Sessions belong to operators of the installation; a session id is known only to its browser. */
@MongoRepository()
export class SessionsRepository {
  constructor(@InjectModel('Session') private readonly sessions: Model<SessionDocument>) {}

  async insert({ id, ...session }: NewSession): Promise<Session> {
    const document: SessionDocument = {
      _id: id,
      ...session,
      generation: 1,
      rotations: [],
      lastUsedAt: session.createdAt,
      expiresAt: new Date(session.createdAt.getTime() + SESSION_MS),
    };
    await this.sessions.create(document);
    return sessionOf(document);
  }

  /** A session that is not over. The server removes others only now and then. */
  async find(id: string, now: Date): Promise<Session | undefined> {
    const found = await this.sessions.findById(id).lean<SessionDocument>();
    return found && found.expiresAt > now && !found.endingSince ? sessionOf(found) : undefined;
  }

  /** Sessions of an operator that are not over, newest first. */
  async ofOperator(operatorId: string, now: Date): Promise<Session[]> {
    const found = await this.sessions.find({ operatorId }).sort({ _id: -1 }).lean<SessionDocument[]>();
    return found.filter(({ expiresAt, endingSince }) => expiresAt > now && !endingSince).map(sessionOf);
  }

  /** Replaces the refresh token of this generation by the next; undefined when another request has done so. */
  async advance(id: string, generation: number, now: Date): Promise<Session | undefined> {
    const updated = await this.sessions
      .findOneAndUpdate(
        { _id: id, generation },
        {
          $set: { generation: generation + 1, lastUsedAt: now, expiresAt: new Date(now.getTime() + SESSION_MS) },
          $push: { rotations: { $each: [{ generation, at: now }], $slice: -REMEMBERED_ROTATIONS } },
        },
        { returnDocument: 'after' },
      )
      .lean<SessionDocument>();
    return updated ? sessionOf(updated) : undefined;
  }

  /** From now on the session is over; it stays until its operator's document says so too. */
  async markEnding(ids: readonly string[], now: Date): Promise<void> {
    await this.sessions.updateMany({ _id: { $in: [...ids] } }, { $min: { endingSince: now } });
  }

  /** Sessions that are over without their operators' documents saying so yet. */
  async ending(before: Date, limit: number): Promise<Pick<Session, 'id' | 'operatorId'>[]> {
    const found = await this.sessions
      .find({ endingSince: { $lte: before } }, { operatorId: 1 })
      .sort({ endingSince: 1 })
      .limit(limit)
      .lean<SessionDocument[]>();
    return found.map(({ _id, operatorId }) => ({ id: _id, operatorId }));
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.sessions.deleteMany({ _id: { $in: [...ids] } });
  }

  /** Removes every session of an operator but one: a raised token version has ended them. */
  async removeAllOf(operatorId: string, keepId?: string): Promise<void> {
    await this.sessions.deleteMany({ operatorId, ...(keepId === undefined ? {} : { _id: { $ne: keepId } }) });
  }
}
