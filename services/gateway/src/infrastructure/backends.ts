import { adminV1, contactsV1, dialogsV1, routingV1 } from '@beseda/contracts';
import type { GrpcClient } from '@beseda/grpc';
import { Clients } from '@beseda/service-defaults';
import { Injectable } from '@nestjs/common';

/** The services behind the gateway. */
export const BACKENDS = ['admin', 'contacts', 'dialogs', 'routing'] as const;

/** Clients of the services behind the gateway. Every call names its actor and has a deadline. */
@Injectable()
export class Backends {
  readonly dialogs: GrpcClient<typeof dialogsV1.DialogsServiceService>;
  readonly contacts: GrpcClient<typeof contactsV1.ContactsServiceService>;
  readonly routing: GrpcClient<typeof routingV1.RoutingServiceService>;
  readonly auth: GrpcClient<typeof adminV1.AuthServiceService>;
  readonly admin: GrpcClient<typeof adminV1.AdminServiceService>;
  readonly account: GrpcClient<typeof adminV1.AccountServiceService>;
  readonly library: GrpcClient<typeof adminV1.LibraryServiceService>;
  readonly system: GrpcClient<typeof adminV1.SystemServiceService>;

  constructor(clients: Clients) {
    this.dialogs = clients.of(dialogsV1.DialogsServiceService);
    this.contacts = clients.of(contactsV1.ContactsServiceService);
    this.routing = clients.of(routingV1.RoutingServiceService);
    this.auth = clients.of(adminV1.AuthServiceService);
    this.admin = clients.of(adminV1.AdminServiceService);
    this.account = clients.of(adminV1.AccountServiceService);
    this.library = clients.of(adminV1.LibraryServiceService);
    this.system = clients.of(adminV1.SystemServiceService);
  }
}
