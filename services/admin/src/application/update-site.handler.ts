import type { Actor, SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { type SiteChange, changedSite, chosenSettings, sameSettings } from '../domain/site-change.js';
import type { Site } from '../domain/site.js';
import { staleVersion } from '../domain/versions.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { Audit } from './audit.js';
import { Surroundings } from './site-surroundings.js';

/** A change to no version in particular is made anew when somebody was faster; more often than this it is given up. */
const ATTEMPTS = 10;

/** Changes settings of a site; what is absent stays. The same change again changes nothing. */
@Injectable()
export class UpdateSiteHandler {
  constructor(
    private readonly sites: SitesRepository,
    private readonly surroundings: Surroundings,
    private readonly audit: Audit,
  ) {}

  /**
   * @param version the version the change was made to; 0: whatever it is now
   * @throws AppError ABORTED when it has changed meanwhile
   */
  async execute(actor: Actor, scope: SiteScope, change: SiteChange, version: number): Promise<Site> {
    for (let attempt = 1; ; attempt++) {
      const site = await this.sites.find(scope);
      if (!site) throw appError('NOT_FOUND', 'There is no such site.');
      const wanted = changedSite(site, change);
      if (sameSettings(site, wanted)) return site;
      if (version !== 0 && version !== site.version) throw staleVersion();
      const planned = { ...wanted, surroundings: await this.surroundings.now() };
      if (site.widget.poweredBy && !planned.widget.poweredBy) await this.#assertMayHide();
      const stored = await this.#store(actor, scope, site, planned);
      if (stored) return stored;
      if (version !== 0 || attempt === ATTEMPTS) throw staleVersion();
    }
  }

  /** Undefined: somebody changed the site meanwhile. */
  async #store(actor: Actor, scope: SiteScope, before: Site, planned: Site): Promise<Site | undefined> {
    const about = {
      ...{ siteId: scope.siteId, actor, action: 'site.updated', subject: 'site' },
      ...{ subjectId: scope.siteId, subjectName: planned.name },
      before: chosenSettings(before),
    };
    return this.audit.change<Site | undefined>(
      { ...about, after: chosenSettings(planned) },
      async () => {
        const stored = await this.sites.replace(scope, planned, correlationId());
        return { result: stored, after: stored ? chosenSettings(stored) : about.before };
      },
      { collection: 'sites', id: scope.siteId, version: before.version },
    );
  }

  async #assertMayHide(): Promise<void> {
    const lock = await this.surroundings.poweredByLock();
    if (lock === '') return;
    const message = 'No licence allows hiding "powered by".';
    throw appError('FAILED_PRECONDITION', message, { fields: [{ path: 'widget.poweredBy', code: lock, message }] });
  }
}
