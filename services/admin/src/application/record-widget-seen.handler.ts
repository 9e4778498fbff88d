import type { SiteScope } from '@beseda/auth';
import { appError, invalidField } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import { parseDomain } from '../domain/site.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { WidgetSeenRepository } from '../infrastructure/mongo/widget-seen.repository.js';

/** Notes that a page of some host showed the widget, so that an owner sees whether the code is in place. */
@Injectable()
export class RecordWidgetSeenHandler {
  constructor(
    private readonly sites: SitesRepository,
    private readonly seen: WidgetSeenRepository,
  ) {}

  async execute(scope: SiteScope, given: string): Promise<void> {
    const host = parseDomain(given);
    if (host === undefined || host.startsWith('*'))
      throw invalidField('host', 'invalid_value', 'This is no host name.');
    if (!(await this.sites.find(scope))) throw appError('NOT_FOUND', 'There is no such site.');
    await this.seen.record(scope, host, new Date());
  }
}
