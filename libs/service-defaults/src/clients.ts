import type { Keys } from '@beseda/auth';
import { type GrpcServiceDefinition, adminV1, grpcServiceName, type settingsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { BaseConfig } from './config.js';

/** What clients are made from. */
export interface ClientsContext {
  name: string;
  config: Pick<BaseConfig, 'backends' | 'grpcTls'>;
  keys: Keys;
}

/** Clients of the services that this one says it calls; each is opened once and closed with the application. */
export class Clients implements OnApplicationShutdown {
  readonly #clients = new Map<object, GrpcClient<object>>();

  constructor(private readonly context: ClientsContext) {}

  /**
   * The client of a gRPC service. Every call names its actor and has a deadline.
   *
   * @throws TypeError when the service is not among those that this one says it calls
   */
  of<D extends object>(definition: D): GrpcClient<D> {
    const known = this.#clients.get(definition);
    const client = known ?? this.#open(definition);
    this.#clients.set(definition, client);
    return client as unknown as GrpcClient<D>;
  }

  /** Every setting of a kind, from `admin`, who owns them. */
  async settings(kind: string): Promise<settingsV1.Setting[]> {
    const actor = { kind: 'service', id: this.context.name } as const;
    return (await this.of(adminV1.SettingsServiceService).call('snapshot', { kind }, { actor })).settings;
  }

  onApplicationShutdown(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #open(definition: object): GrpcClient<object> {
    const { name, config, keys } = this.context;
    const service = ownerOf(definition);
    const address = config.backends[service];
    if (address === undefined) throw new TypeError(`${name} does not say that it calls ${service}`);
    return createGrpcClient(definition, { address, keys, service, tls: config.grpcTls });
  }
}

/** `beseda.admin.v1.AuthService` is served by `admin`; the package `auto_responder` by `auto-responder`. */
function ownerOf(definition: object): string {
  const [, owner = ''] = grpcServiceName(definition as unknown as GrpcServiceDefinition).split('.');
  return owner.replaceAll('_', '-');
}
