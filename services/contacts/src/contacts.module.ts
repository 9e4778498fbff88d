import { eventOutbox, serviceModule, stateOutbox } from '@beseda/service-defaults';
import { AuthenticateHandler } from './application/authenticate.handler.js';
import { IdentifyHandler, UpdateContactHandler } from './application/change-card.handlers.js';
import { ContactSweep } from './application/contact-sweep.js';
import { ContactWriter } from './application/contact-writer.js';
import { GetContactHandler } from './application/get-contact.handler.js';
import { IdentitySecrets } from './application/identity-secrets.js';
import { OpenSessionHandler } from './application/open-session.handler.js';
import { RecordPageViewHandler, TrackHandler } from './application/record-activity.handlers.js';
import { RenewLeasesHandler } from './application/renew-leases.handler.js';
import { SiteDirectory } from './application/site-directory.js';
import { contactRecord } from './infrastructure/bus/contact-events.js';
import { visitorRecord } from './infrastructure/bus/presence-events.js';
import { AdminClient } from './infrastructure/grpc/admin.client.js';
import { CONTACTS_OUTBOX, ContactsRepository } from './infrastructure/mongo/contacts.repository.js';
import { MODELS } from './infrastructure/mongo/documents.js';
import { IdentitySecretsRepository } from './infrastructure/mongo/identity-secrets.repository.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { VISITORS_OUTBOX, VisitorsRepository } from './infrastructure/mongo/visitors.repository.js';
import { ContactsController } from './transport/grpc/contacts.controller.js';

/** The service put together. */
export const contactsModule = serviceModule({
  migrations: MIGRATIONS,
  models: MODELS,
  settings: ['site'],
  outboxes: [
    eventOutbox(CONTACTS_OUTBOX, { aggregates: 'contacts', toRecords: contactRecord }),
    stateOutbox(VISITORS_OUTBOX, { aggregates: 'visitors', toRecords: visitorRecord }),
  ],
  controllers: [ContactsController],
  providers: [
    AdminClient,
    ContactsRepository,
    VisitorsRepository,
    IdentitySecretsRepository,
    SiteDirectory,
    IdentitySecrets,
    ContactWriter,
    OpenSessionHandler,
    IdentifyHandler,
    AuthenticateHandler,
    TrackHandler,
    RecordPageViewHandler,
    GetContactHandler,
    UpdateContactHandler,
    RenewLeasesHandler,
    ContactSweep,
  ],
});
