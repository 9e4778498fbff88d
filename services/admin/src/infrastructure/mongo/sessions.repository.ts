import { InjectModel, MongoRepository } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { REMEMBERED_ROTATIONS, SESSION_MS, type Session } from '../../domain/session.js';
import type { SessionDocument } from './documents.js';

const sessionOf = (doc: SessionDocument): Session => ({
  id: doc._id,
  operatorId: doc.operatorId,
  tokenVersion: doc.tokenVersion,
  generation: doc.generation,
  rotations: doc.rotations,
  expiresAt: doc.expiresAt,
});

/** Sessions belong to operators of the installation; a session id is known only to its browser. */
@MongoRepository()
export class SessionsRepository {
  constructor(@InjectModel('Session') private readonly sessions: Model<SessionDocument>) {}

  async insert(session: Omit<SessionDocument, 'generation' | 'rotations' | 'expiresAt'>): Promise<Session> {
    const expiresAt = new Date(session.createdAt.getTime() + SESSION_MS);
    const document: SessionDocument = { ...session, generation: 1, rotations: [], expiresAt };
    await this.sessions.create(document);
    return sessionOf(document);
  }

  /** A session that has not run out. The server removes others only now and then. */
  async find(id: string, now: Date): Promise<Session | undefined> {
    const found = await this.sessions.findById(id).lean<SessionDocument>();
    return found && found.expiresAt > now ? sessionOf(found) : undefined;
  }

  /** Replaces the refresh token of this generation by the next; undefined when another request has done so. */
  async advance(id: string, generation: number, now: Date): Promise<Session | undefined> {
    const updated = await this.sessions
      .findOneAndUpdate(
        { _id: id, generation },
        {
          $set: { generation: generation + 1, expiresAt: new Date(now.getTime() + SESSION_MS) },
          $push: { rotations: { $each: [{ generation, at: now }], $slice: -REMEMBERED_ROTATIONS } },
        },
        { returnDocument: 'after' },
      )
      .lean<SessionDocument>();
    return updated ? sessionOf(updated) : undefined;
  }

  async end(id: string): Promise<void> {
    await this.sessions.deleteOne({ _id: id });
  }
}
