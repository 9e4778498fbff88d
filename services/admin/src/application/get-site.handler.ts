import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import type { PoweredByLock } from '../domain/licence.js';
import type { Site } from '../domain/site.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { type SeenHost, WidgetSeenRepository } from '../infrastructure/mongo/widget-seen.repository.js';
import { Surroundings } from './site-surroundings.js';

/** Hosts that are shown: enough to see that the code is where it should be. */
const SHOWN_HOSTS = 20;

export interface SiteView {
  site: Site;
  seen: SeenHost[];
  poweredByLock: PoweredByLock;
}

/** Everything about a site that its settings pages show. */
@Injectable()
export class GetSiteHandler {
  constructor(
    private readonly sites: SitesRepository,
    private readonly seen: WidgetSeenRepository,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(scope: SiteScope): Promise<SiteView> {
    const site = await this.sites.find(scope);
    if (!site) throw appError('NOT_FOUND', 'There is no such site.');
    const [seen, poweredByLock] = await Promise.all([
      this.seen.newest(scope, SHOWN_HOSTS),
      this.surroundings.poweredByLock(),
    ]);
    return { site, seen, poweredByLock };
  }
}
