import type { Keys } from '@beseda/auth';
import { adminV1, type settingsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { KEYS, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { RoutingConfig } from '../../config/config.js';

/** What this service asks `admin`: who the operators are. */
@Injectable()
export class AdminClient implements OnApplicationShutdown {
  readonly #settings: GrpcClient<typeof adminV1.SettingsServiceService>;

  constructor(@Inject(SERVICE_CONFIG) config: RoutingConfig, @Inject(KEYS) keys: Keys) {
    const options = { address: config.adminGrpc, keys, service: 'admin', tls: config.grpcTls };
    this.#settings = createGrpcClient(adminV1.SettingsServiceService, options);
  }

  /** Every setting of a kind. */
  async snapshot(kind: string): Promise<settingsV1.Setting[]> {
    const actor = { kind: 'service', id: 'routing' } as const;
    return (await this.#settings.call('snapshot', { kind }, { actor })).settings;
  }

  onApplicationShutdown(): void {
    this.#settings.close();
  }
}
