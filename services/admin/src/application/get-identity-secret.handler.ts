import { type Keys, type SiteScope, unseal } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { secretContext } from './new-site.js';

/** The secret with which a site proves who its visitors are: HMAC-SHA256(secret, user id). */
@Injectable()
export class GetIdentitySecretHandler {
  constructor(
    private readonly sites: SitesRepository,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  async execute(scope: SiteScope): Promise<{ secret: string; version: number }> {
    const found = await this.sites.identitySecret(scope);
    if (!found) throw appError('NOT_FOUND', 'There is no such site.');
    return { secret: unseal(this.keys, secretContext(scope.siteId), found.sealed), version: found.version };
  }
}
