import { type Actor, type Keys, type SiteScope, seal } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { Site } from '../domain/site.js';
import { staleVersion } from '../domain/versions.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { Audit } from './audit.js';
import { newIdentitySecret, secretContext } from './new-site.js';

const ATTEMPTS = 10;

/** Gives a site a new identity secret. Of two people who do so at once, one is told: the other's secret is the one that counts. */
@Injectable()
export class RotateIdentitySecretHandler {
  constructor(
    private readonly sites: SitesRepository,
    private readonly audit: Audit,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  async execute(actor: Actor, scope: SiteScope): Promise<{ secret: string; version: number }> {
    const first = await this.#site(scope);
    const version = first.identitySecretVersion + 1;
    const secret = newIdentitySecret();
    const sealed = seal(this.keys, secretContext(scope.siteId), secret);
    for (let attempt = 1, site = first; ; attempt++) {
      // Other settings may change meanwhile; the secret may not.
      if (site.identitySecretVersion !== first.identitySecretVersion || attempt > ATTEMPTS) throw staleVersion();
      if (await this.#store(actor, scope, site, { sealed, version })) return { secret, version };
      site = await this.#site(scope);
    }
  }

  async #site(scope: SiteScope): Promise<Site> {
    const site = await this.sites.find(scope);
    if (!site) throw appError('NOT_FOUND', 'There is no such site.');
    return site;
  }

  #store(
    actor: Actor,
    scope: SiteScope,
    site: Site,
    secret: { sealed: Uint8Array; version: number },
  ): Promise<Site | undefined> {
    const before = { identitySecretVersion: site.identitySecretVersion };
    const after = { identitySecretVersion: secret.version };
    return this.audit.change<Site | undefined>(
      {
        ...{ siteId: scope.siteId, actor, action: 'site.identity_secret_rotated', subject: 'site' },
        ...{ subjectId: scope.siteId, subjectName: site.name, before, after },
      },
      async () => {
        const stored = await this.sites.replaceIdentitySecret(scope, site.version, secret, correlationId());
        return { result: stored, after: stored ? after : before };
      },
      { collection: 'sites', id: scope.siteId, version: site.version },
    );
  }
}
