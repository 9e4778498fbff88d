import { type SiteScope, siteScope } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { Clients } from '@beseda/service-defaults';
import { Injectable } from '@nestjs/common';

/** What this service asks `admin` beside settings. Nothing of it stands on the way of a visitor's first page. */
@Injectable()
export class AdminClient {
  constructor(private readonly clients: Clients) {}

  /** The secret with which a site signs its user ids. */
  identitySecret({ siteId }: SiteScope): Promise<{ secret: string; version: number }> {
    const actor = { kind: 'service', id: 'contacts', ...siteScope(siteId) } as const;
    return this.clients.of(adminV1.AdminServiceService).call('getIdentitySecret', { siteId }, { actor });
  }
}
