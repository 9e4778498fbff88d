import type { Actor, SiteScope } from '@beseda/auth';
import { LOGGER, type Logger, Timers } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RETENTION } from '../domain/audit.js';
import { AuditRepository } from '../infrastructure/mongo/audit.repository.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { Audit } from './audit.js';
import { keptFrom } from './read-audit.handler.js';

const SWEEP_MS = 3_600_000;

/** How long a site's log is kept. A change counts for what is there already. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap {
  constructor(
    private readonly repository: AuditRepository,
    private readonly sites: SitesRepository,
    private readonly audit: Audit,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every({
      name: 'audit-retention',
      ms: SWEEP_MS,
      run: () => this.sweep(new Date()),
      failed: 'old entries of the audit log could not be removed',
    });
  }

  /** Days. */
  get(scope: SiteScope): Promise<number> {
    return this.repository.retention(scope.siteId);
  }

  async set(scope: SiteScope, actor: Actor, days: number): Promise<void> {
    const { siteId } = scope;
    const before = await this.repository.retention(siteId);
    // Noted first: the change may be what removes the traces of others. Done again after a crash it is the same.
    await this.audit.record({
      siteId,
      actor,
      action: 'audit.retention_changed',
      subject: 'audit',
      subjectId: siteId,
      subjectName: '',
      before: { days: before },
      after: { days },
    });
    await this.repository.setRetention(siteId, days);
    await this.repository.removeBefore(siteId, keptFrom(days, new Date()));
  }

  /** Removes what need not be kept any more. @returns how many entries */
  async sweep(now: Date): Promise<number> {
    let removed = await this.repository.removeBefore(undefined, keptFrom(RETENTION.default, now));
    for (const { id } of await this.sites.all()) {
      removed += await this.repository.removeBefore(id, keptFrom(await this.repository.retention(id), now));
    }
    if (removed > 0) this.logger.info({ removed }, 'old entries of the audit log removed');
    return removed;
  }
}
