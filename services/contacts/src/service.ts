import { contactsV1 } from '@beseda/contracts';
import type { ServiceDefinition } from '@beseda/service-defaults';
import { type ContactsConfig, loadConfig } from './config/config.js';
import { ContactsModule } from './contacts.module.js';

/** The service as its process and the all-in-one start it. */
export const contactsService: ServiceDefinition<ContactsConfig> = {
  name: 'contacts',
  loadConfig,
  module: (context) => ContactsModule.forRoot(context),
  grpc: [contactsV1.ContactsServiceService],
};
