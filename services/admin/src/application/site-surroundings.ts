import { correlationId } from '@beseda/grpc';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AdminConfig } from '../config/config.js';
import type { PoweredByLock } from '../domain/licence.js';
import { type Site, type SiteSurroundings, poweredByShown } from '../domain/site.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { LicenceState } from './licence-state.js';

/**
 * What of the installation counts for its sites: the domain of their mail, and whether a licence lets them hide "powered by".
 * Sites that were stored under other circumstances are changed and published: at start, and whenever a licence comes or ends.
 */
@Injectable()
export class Surroundings implements OnModuleInit {
  /** All sites have had this process's mail domain. Not asked again: replicas told different ones would quarrel for ever. */
  #domainGiven = false;

  constructor(
    private readonly sites: SitesRepository,
    private readonly licence: LicenceState,
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
  ) {}

  onModuleInit(): void {
    this.licence.follow(() => this.bringUpToDate());
  }

  /** Why "powered by" cannot be hidden; empty: it can. */
  poweredByLock(): Promise<PoweredByLock> {
    return this.licence.poweredByLock();
  }

  async now(): Promise<SiteSurroundings> {
    return { mailDomain: this.config.mailDomain, poweredByLocked: (await this.poweredByLock()) !== '' };
  }

  /** Changes the sites for which it matters. A site that somebody changes at the same time is met again a minute later. */
  async bringUpToDate(): Promise<void> {
    const now = await this.now();
    let all = true;
    for (const site of await this.sites.all()) {
      const wanted = this.#domainGiven ? { ...now, mailDomain: site.surroundings.mailDomain } : now;
      if (matters(site, wanted) && !(await this.sites.surround(site, wanted, correlationId()))) all = false;
    }
    this.#domainGiven ||= all;
  }
}

/** Whether something that is published of a site would be different. */
const matters = (site: Site, wanted: SiteSurroundings): boolean =>
  site.surroundings.mailDomain !== wanted.mailDomain ||
  poweredByShown(site) !== poweredByShown({ widget: site.widget, surroundings: wanted });
