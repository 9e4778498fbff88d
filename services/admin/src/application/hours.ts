import type { Actor, SiteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { DEFAULT_HOURS, type Hours, checkedHours } from '../domain/hours.js';
import { staleVersion } from '../domain/versions.js';
import { HoursRepository, type StoredHours } from '../infrastructure/mongo/hours.repository.js';
import { Audit } from './audit.js';

const same = (a: Hours, b: Hours): boolean => JSON.stringify(checkedHours(a)) === JSON.stringify(checkedHours(b));

/** When a site answers. */
@Injectable()
export class HoursOfSite {
  constructor(
    private readonly hours: HoursRepository,
    private readonly audit: Audit,
  ) {}

  /** Version 0: nobody has set them yet. */
  async get(scope: SiteScope): Promise<StoredHours> {
    return (await this.hours.find(scope)) ?? { version: 0, hours: DEFAULT_HOURS };
  }

  /**
   * @param version the version the change was made to; 0: nobody had set them
   * @throws AppError ABORTED when they have changed meanwhile
   */
  async update(actor: Actor, scope: SiteScope, version: number, given: Hours): Promise<StoredHours> {
    const wanted = checkedHours(given);
    const known = await this.get(scope);
    if (same(known.hours, wanted)) return known;
    if (known.version !== version) throw staleVersion();
    return this.audit.change(
      {
        ...{ siteId: scope.siteId, actor, action: 'hours.updated', subject: 'hours', subjectId: scope.siteId },
        ...{ subjectName: '', before: known.hours, after: wanted },
      },
      async () => {
        const stored = await this.hours.replace(scope, version, wanted, correlationId());
        if (!stored) throw staleVersion();
        return { result: stored };
      },
      { collection: 'hours', id: scope.siteId, version },
    );
  }
}
