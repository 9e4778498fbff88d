import { type Keys, type SiteScope, seal, unseal } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { AdminClient } from '../infrastructure/grpc/admin.client.js';
import { IdentitySecretsRepository } from '../infrastructure/mongo/identity-secrets.repository.js';
import { SiteDirectory } from './site-directory.js';

const contextOf = ({ siteId }: SiteScope): string => `site-identity-copy:${siteId}`;

/** Identity secrets of sites: fetched once for each version and kept encrypted, so that `admin` may be down afterwards. */
@Injectable()
export class IdentitySecrets {
  constructor(
    private readonly copies: IdentitySecretsRepository,
    private readonly admin: AdminClient,
    private readonly sites: SiteDirectory,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** @throws AppError NOT_FOUND for an unknown site, UNAVAILABLE when a new secret cannot be fetched. */
  async of(scope: SiteScope): Promise<{ secret: string; version: number }> {
    const { identitySecretVersion: wanted } = await this.sites.require(scope.siteId);
    const copy = await this.copies.find(scope);
    if (copy && copy.version >= wanted)
      return { secret: unseal(this.keys, contextOf(scope), copy.sealed), version: copy.version };
    const { secret, version } = await this.admin.identitySecret(scope);
    await this.copies.store(scope, version, seal(this.keys, contextOf(scope), secret));
    return { secret, version };
  }
}
