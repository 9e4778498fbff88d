import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { type Team, teamKey } from '../../domain/team.js';
import type { TeamDocument } from './people.documents.js';

/** Token of the outbox that publishes teams. */
export const TEAMS_OUTBOX = Symbol('TEAMS_OUTBOX');

const TRIES = 20;

/** A team without what only storage knows. */
export const teamOf = (doc: TeamDocument): Team => ({
  id: doc._id,
  siteId: doc.siteId,
  version: doc.version,
  name: doc.name,
  operatorIds: [...doc.operatorIds],
});

/** What of a team changes; absent: it stays. */
export interface TeamChange {
  name?: string | undefined;
  operatorIds?: readonly string[] | undefined;
}

const taken = (): Error => {
  const message = 'A team of this site has this name.';
  return appError('ALREADY_EXISTS', message, { fields: [{ path: 'name', code: 'already_exists', message }] });
};

@MongoRepository()
export class TeamsRepository {
  constructor(
    @InjectModel('Team') private readonly teams: Model<TeamDocument>,
    @Inject(TEAMS_OUTBOX) private readonly outbox: Outbox<TeamDocument>,
  ) {}

  async insert(
    scope: SiteScope,
    id: string,
    name: string,
    operatorIds: string[],
    correlationId: string,
  ): Promise<Team> {
    const now = new Date();
    const document: TeamDocument = {
      _id: id,
      version: 1,
      siteId: scope.siteId,
      name,
      nameKey: teamKey(scope.siteId, name),
      operatorIds,
      correlationId,
      createdAt: now,
      outboxSince: now,
    };
    try {
      await this.teams.create(document);
    } catch (error) {
      // Names are unique on a site.
      if (isDuplicateKey(error)) throw taken();
      throw error;
    }
    this.outbox.drain(document);
    return teamOf(document);
  }

  async find(scope: SiteScope, id: string): Promise<Team | undefined> {
    const found = await this.teams.findOne({ _id: id, siteId: scope.siteId }).lean<TeamDocument>();
    return found && !found.deletedAt ? teamOf(found) : undefined;
  }

  /** The teams of the scope's site. */
  async ofSite(scope: SiteScope): Promise<Team[]> {
    const found = await this.teams.find({ siteId: scope.siteId }).sort({ _id: 1 }).lean<TeamDocument[]>();
    return found.filter(({ deletedAt }) => !deletedAt).map(teamOf);
  }

  /** Every team of the installation, for the copies of other services; deleted ones too, see {@link TeamDocument}. */
  async all(): Promise<{ team: Team; deleted: boolean }[]> {
    const found = await this.teams.find().sort({ _id: 1 }).lean<TeamDocument[]>();
    return found.map((doc) => ({ team: teamOf(doc), deleted: doc.deletedAt !== undefined }));
  }

  /**
   * Changes a team in one write that nobody came before, and publishes it.
   * @param decide gives the change; undefined: nothing to change. May be asked again when somebody was faster.
   */
  async change(
    scope: SiteScope,
    id: string,
    correlationId: string,
    decide: (team: Team) => TeamChange | undefined,
  ): Promise<Team> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const team = await this.find(scope, id);
      if (!team) throw appError('NOT_FOUND', 'There is no such team.');
      const change = decide(team);
      if (!change) return team;
      const { name, operatorIds } = change;
      const set: Partial<TeamDocument> = {
        ...(name === undefined ? {} : { name, nameKey: teamKey(scope.siteId, name) }),
        ...(operatorIds === undefined ? {} : { operatorIds: [...operatorIds] }),
      };
      const updated = await this.#write(team, { $set: { ...set, correlationId } });
      if (updated) return teamOf(updated);
    }
    throw appError('ABORTED', 'Others change this team all the time. Try again.');
  }

  /** Deletes a team; what stays of it tells everybody so. */
  async remove(scope: SiteScope, id: string, correlationId: string): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const team = await this.find(scope, id);
      if (!team) return;
      const set = { deletedAt: new Date(), operatorIds: [], correlationId };
      if (await this.#write(team, { $set: set, $unset: { nameKey: 1 } })) return;
    }
    throw appError('ABORTED', 'Others change this team all the time. Try again.');
  }

  async #write(
    { id, siteId, version }: Team,
    update: { $set: Partial<TeamDocument>; $unset?: { nameKey: 1 } },
  ): Promise<TeamDocument | undefined> {
    try {
      const updated = await this.teams
        .findOneAndUpdate(
          { _id: id, siteId, version },
          { ...update, $inc: { version: 1 }, $min: { outboxSince: new Date() } },
          { returnDocument: 'after' },
        )
        .lean<TeamDocument>();
      if (updated) this.outbox.drain(updated);
      return updated ?? undefined;
    } catch (error) {
      // Names are unique on a site.
      if (isDuplicateKey(error)) throw taken();
      throw error;
    }
  }
}
