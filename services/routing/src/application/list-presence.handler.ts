import type { SiteScope } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import { type Presence, type Seen, seenAt } from '../domain/presence.js';
import { PresenceRepository } from '../infrastructure/mongo/presence.repository.js';
import { OperatorSites } from './operator-sites.js';

/** Who is there, as seen now. */
@Injectable()
export class ListPresenceHandler {
  constructor(
    private readonly presence: PresenceRepository,
    private readonly sites: OperatorSites,
  ) {}

  /**
   * @param scope of one site; undefined: of the whole installation
   * @returns those who still work there, in no order
   */
  async execute(scope: SiteScope | undefined): Promise<(Presence & Seen)[]> {
    const all = await this.presence.list(scope);
    const now = new Date();
    return all
      .filter(({ siteId, operatorId }) => this.sites.worksOn(siteId, operatorId))
      .map((presence) => ({ ...presence, ...seenAt(presence, now) }));
  }
}
