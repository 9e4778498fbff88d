import { BUS, type Bus, BusModule, mongoParkedStore } from '@beseda/bus';
import { MONGO_CONNECTION, MongoModule, mongoCall, mongoReadiness } from '@beseda/mongo';
import { type Outbox, createOutbox, createStateOutbox } from '@beseda/outbox';
import { type ServiceContext, busOptions } from '@beseda/service-defaults';
import { SettingsCopies, SettingsModule } from '@beseda/settings';
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { AuthenticateHandler } from './application/authenticate.handler.js';
import { IdentifyHandler, UpdateContactHandler } from './application/change-card.handlers.js';
import { ContactWriter } from './application/contact-writer.js';
import { GetContactHandler } from './application/get-contact.handler.js';
import { IdentitySecrets } from './application/identity-secrets.js';
import { OpenSessionHandler } from './application/open-session.handler.js';
import { RecordPageViewHandler, TrackHandler } from './application/record-activity.handlers.js';
import { RenewLeasesHandler } from './application/renew-leases.handler.js';
import { SiteDirectory } from './application/site-directory.js';
import { Upkeep } from './application/upkeep.js';
import type { ContactsConfig } from './config/config.js';
import { contactRecord } from './infrastructure/bus/contact-events.js';
import { visitorRecord } from './infrastructure/bus/presence-events.js';
import { AdminClient } from './infrastructure/grpc/admin.client.js';
import { CONTACTS_OUTBOX, ContactsRepository } from './infrastructure/mongo/contacts.repository.js';
import { type ContactDocument, MODELS, type VisitorDocument } from './infrastructure/mongo/documents.js';
import { IdentitySecretsRepository } from './infrastructure/mongo/identity-secrets.repository.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { VISITORS_OUTBOX, VisitorsRepository } from './infrastructure/mongo/visitors.repository.js';
import { ContactsController } from './transport/grpc/contacts.controller.js';

type Context = ServiceContext<ContactsConfig>;

const mongoModule = ({ config, logger }: Context): DynamicModule =>
  MongoModule.forRoot({
    uri: config.mongo.uri,
    dbName: `${config.prefix}beseda_contacts`,
    maxPoolSize: config.mongo.maxPoolSize,
    migrations: [...MIGRATIONS],
    models: [...MODELS],
    logger,
  });

const busModule = (context: Context): DynamicModule =>
  BusModule.forRootAsync({
    inject: [MONGO_CONNECTION],
    useFactory: (connection: Connection) => {
      context.health.add('mongo', () => mongoReadiness(connection).check());
      return busOptions(
        context,
        mongoParkedStore(() => connection.db!),
        mongoCall,
      );
    },
  });

@Module({ providers: [AdminClient], exports: [AdminClient] })
class AdminClientModule {}

const settingsModule = ({ registry, logger }: Context): DynamicModule =>
  SettingsModule.forRootAsync({
    kinds: ['site'],
    imports: [AdminClientModule],
    inject: [AdminClient],
    useFactory: (admin: AdminClient) => ({ snapshot: (kind) => admin.snapshot(kind), registry, logger }),
  });

/** The outboxes that publish what happens to contacts, and who comes and goes. */
const outboxes = ({ registry, logger }: Context): FactoryProvider[] => [
  {
    provide: CONTACTS_OUTBOX,
    inject: [MONGO_CONNECTION, BUS],
    useFactory: (connection: Connection, bus: Bus): Outbox<ContactDocument> =>
      createOutbox<ContactDocument>({
        name: 'contacts',
        aggregates: connection.collection('contacts'),
        bus,
        toRecords: contactRecord,
        registry,
        logger,
      }),
  },
  {
    provide: VISITORS_OUTBOX,
    inject: [MONGO_CONNECTION, BUS],
    useFactory: (connection: Connection, bus: Bus): Outbox<VisitorDocument> =>
      createStateOutbox<VisitorDocument>({
        name: 'visitors',
        aggregates: connection.collection('visitors'),
        bus,
        toRecords: visitorRecord,
        registry,
        logger,
      }),
  },
];

const SETTINGS_HEALTH = Symbol('SETTINGS_HEALTH');
/** Without a copy of the sites no visitor can be served. */
const settingsHealth = ({ health }: Context): FactoryProvider => ({
  provide: SETTINGS_HEALTH,
  inject: [SettingsCopies],
  useFactory: (copies: SettingsCopies) => {
    health.add('settings', () => copies.readiness().check());
  },
});

@Module({})
export class ContactsModule {
  static forRoot(context: Context): DynamicModule {
    return {
      module: ContactsModule,
      imports: [mongoModule(context), busModule(context), AdminClientModule, settingsModule(context)],
      controllers: [ContactsController],
      providers: [
        ...outboxes(context),
        settingsHealth(context),
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
        Upkeep,
      ],
    };
  }
}
