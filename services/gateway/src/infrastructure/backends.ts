import type { Keys } from '@beseda/auth';
import { adminV1, contactsV1, dialogsV1, routingV1 } from '@beseda/contracts';
import { type GrpcClient, type GrpcTls, createGrpcClient } from '@beseda/grpc';
import type { OnApplicationShutdown } from '@nestjs/common';

/** Where the services behind the gateway are, by name. */
export type BackendAddresses = Record<'admin' | 'contacts' | 'dialogs' | 'routing', string>;

/** Clients of the services behind the gateway. Every call names its actor and has a deadline. */
export class Backends implements OnApplicationShutdown {
  readonly dialogs: GrpcClient<typeof dialogsV1.DialogsServiceService>;
  readonly contacts: GrpcClient<typeof contactsV1.ContactsServiceService>;
  readonly routing: GrpcClient<typeof routingV1.RoutingServiceService>;
  readonly auth: GrpcClient<typeof adminV1.AuthServiceService>;
  readonly admin: GrpcClient<typeof adminV1.AdminServiceService>;
  readonly account: GrpcClient<typeof adminV1.AccountServiceService>;
  readonly library: GrpcClient<typeof adminV1.LibraryServiceService>;
  readonly system: GrpcClient<typeof adminV1.SystemServiceService>;
  readonly settings: GrpcClient<typeof adminV1.SettingsServiceService>;
  readonly #all: { close(): void }[] = [];

  constructor(addresses: BackendAddresses, keys: Keys, tls?: GrpcTls) {
    const of = <D extends object>(definition: D, service: keyof BackendAddresses): GrpcClient<D> => {
      const client = createGrpcClient(definition, { address: addresses[service], keys, service, tls });
      this.#all.push(client);
      return client;
    };
    this.dialogs = of(dialogsV1.DialogsServiceService, 'dialogs');
    this.contacts = of(contactsV1.ContactsServiceService, 'contacts');
    this.routing = of(routingV1.RoutingServiceService, 'routing');
    this.auth = of(adminV1.AuthServiceService, 'admin');
    this.admin = of(adminV1.AdminServiceService, 'admin');
    this.account = of(adminV1.AccountServiceService, 'admin');
    this.library = of(adminV1.LibraryServiceService, 'admin');
    this.system = of(adminV1.SystemServiceService, 'admin');
    this.settings = of(adminV1.SettingsServiceService, 'admin');
  }

  onApplicationShutdown(): void {
    for (const client of this.#all) client.close();
  }
}
