import type { Keys } from '@beseda/auth';
import { adminV1, contactsV1, dialogsV1 } from '@beseda/contracts';
import { type GrpcClient, type GrpcTls, createGrpcClient } from '@beseda/grpc';
import type { OnApplicationShutdown } from '@nestjs/common';

/** Clients of the services behind the gateway. Every call names its actor and has a deadline. */
export class Backends implements OnApplicationShutdown {
  readonly dialogs: GrpcClient<typeof dialogsV1.DialogsServiceService>;
  readonly contacts: GrpcClient<typeof contactsV1.ContactsServiceService>;
  readonly auth: GrpcClient<typeof adminV1.AuthServiceService>;
  readonly admin: GrpcClient<typeof adminV1.AdminServiceService>;
  readonly settings: GrpcClient<typeof adminV1.SettingsServiceService>;

  constructor(addresses: { admin: string; contacts: string; dialogs: string }, keys: Keys, tls?: GrpcTls) {
    const of = <D extends object>(definition: D, service: keyof typeof addresses): GrpcClient<D> =>
      createGrpcClient(definition, { address: addresses[service], keys, service, tls });
    this.dialogs = of(dialogsV1.DialogsServiceService, 'dialogs');
    this.contacts = of(contactsV1.ContactsServiceService, 'contacts');
    this.auth = of(adminV1.AuthServiceService, 'admin');
    this.admin = of(adminV1.AdminServiceService, 'admin');
    this.settings = of(adminV1.SettingsServiceService, 'admin');
  }

  onApplicationShutdown(): void {
    for (const client of [this.dialogs, this.contacts, this.auth, this.admin, this.settings]) client.close();
  }
}
