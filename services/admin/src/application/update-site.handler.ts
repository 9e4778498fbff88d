import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import type { Site } from '../domain/site.js';
import { type SiteChange, SitesRepository } from '../infrastructure/mongo/sites.repository.js';

/** Changes settings of a site; what is absent stays. */
@Injectable()
export class UpdateSiteHandler {
  constructor(private readonly sites: SitesRepository) {}

  async execute(scope: SiteScope, change: SiteChange): Promise<Site> {
    const site = await this.sites.update(scope, change, correlationId());
    if (!site) throw appError('NOT_FOUND', 'There is no such site.');
    return site;
  }
}
