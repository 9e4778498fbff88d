import { type Keys, type SiteScope, siteScope } from '@beseda/auth';
import { adminV1, type settingsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { KEYS, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ContactsConfig } from '../../config/config.js';

/** What this service asks `admin`. Nothing of it stands on the way of a visitor's first page. */
@Injectable()
export class AdminClient implements OnApplicationShutdown {
  readonly #admin: GrpcClient<typeof adminV1.AdminServiceService>;
  readonly #settings: GrpcClient<typeof adminV1.SettingsServiceService>;

  constructor(@Inject(SERVICE_CONFIG) config: ContactsConfig, @Inject(KEYS) keys: Keys) {
    const options = { address: config.adminGrpc, keys, service: 'admin', tls: config.grpcTls };
    this.#admin = createGrpcClient(adminV1.AdminServiceService, options);
    this.#settings = createGrpcClient(adminV1.SettingsServiceService, options);
  }

  /** Every setting of a kind. */
  async snapshot(kind: string): Promise<settingsV1.Setting[]> {
    const actor = { kind: 'service', id: 'contacts' } as const;
    return (await this.#settings.call('snapshot', { kind }, { actor })).settings;
  }

  /** The secret with which a site signs its user ids. */
  identitySecret({ siteId }: SiteScope): Promise<{ secret: string; version: number }> {
    const actor = { kind: 'service', id: 'contacts', ...siteScope(siteId) } as const;
    return this.#admin.call('getIdentitySecret', { siteId }, { actor });
  }

  onApplicationShutdown(): void {
    this.#admin.close();
    this.#settings.close();
  }
}
