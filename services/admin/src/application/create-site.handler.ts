import { type Keys, type OperatorActor, siteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { KEYS, LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 } from 'uuid';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { Audit } from './audit.js';
import { newSite } from './new-site.js';
import { Surroundings } from './site-surroundings.js';

/**
 * Makes a site; its maker becomes its superadmin. The site remembers the maker until that is done, so a crash in between
 * leaves no site that nobody may touch: the next start finishes it.
 */
@Injectable()
export class CreateSiteHandler implements OnApplicationBootstrap {
  constructor(
    private readonly sites: SitesRepository,
    private readonly operators: OperatorsRepository,
    private readonly surroundings: Surroundings,
    private readonly audit: Audit,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { siteId, operatorId } of await this.sites.toGrant()) {
      this.logger.info({ site: siteId, operator: operatorId }, 'finishing a site whose making was cut short');
      await this.#grant(siteId, operatorId);
    }
  }

  /** @returns the id of the site */
  async execute(actor: OperatorActor, name: string, domains: string[]): Promise<string> {
    const siteId = v7();
    const about = { siteId, actor, action: 'site.created', subject: 'site', subjectId: siteId, subjectName: name };
    const site = newSite(this.keys, {
      ...{ _id: siteId, name, domains, correlationId: correlationId(), grantTo: actor.id },
      surroundings: await this.surroundings.now(),
    });
    await this.audit.change(
      { ...about, after: { name, domains } },
      async () => ({ result: await this.sites.insert(site) }),
      { collection: 'sites', id: siteId, version: 0 },
    );
    await this.#grant(siteId, actor.id);
    return siteId;
  }

  async #grant(siteId: string, operatorId: string): Promise<void> {
    await this.operators.grant(siteScope(siteId), operatorId, 'superadmin', correlationId());
    await this.sites.granted(siteScope(siteId));
  }
}
