import { type OperatorActor, siteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import type { OperatorStatus } from '../domain/presence.js';
import { PresenceRepository } from '../infrastructure/mongo/presence.repository.js';
import { OperatorSites } from './operator-sites.js';

/** An operator chooses a status. A person has one for all sites: who is away is away everywhere. */
@Injectable()
export class SetStatusHandler {
  constructor(
    private readonly presence: PresenceRepository,
    private readonly sites: OperatorSites,
  ) {}

  async execute(actor: OperatorActor, status: OperatorStatus): Promise<void> {
    const cause = correlationId();
    for (const siteId of new Set([actor.siteId, ...this.sites.of(actor.id)]))
      await this.presence.choose(siteScope(siteId), actor.id, status, cause);
  }
}
