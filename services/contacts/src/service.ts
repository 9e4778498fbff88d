import { contactsV1 } from '@beseda/contracts';
import { type ServiceDefinition, loadBaseConfig } from '@beseda/service-defaults';
import { contactsModule } from './contacts.module.js';

/** The service as its process and the all-in-one start it. */
export const contactsService: ServiceDefinition = {
  name: 'contacts',
  calls: ['admin'],
  loadConfig: loadBaseConfig,
  module: contactsModule,
  grpc: [contactsV1.ContactsServiceService],
};
