import { BUS, type Bus, BusModule, mongoParkedStore } from '@beseda/bus';
import { MONGO_CONNECTION, MongoModule, mongoCall, mongoReadiness } from '@beseda/mongo';
import { type Outbox, createStateOutbox } from '@beseda/outbox';
import { type ServiceContext, busOptions } from '@beseda/service-defaults';
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { CreateOperatorHandler } from './application/create-operator.handler.js';
import { FirstRun } from './application/first-run.js';
import { LoginHandler } from './application/login.handler.js';
import { LogoutHandler } from './application/logout.handler.js';
import { RefreshHandler } from './application/refresh.handler.js';
import { SessionTokens } from './application/session-tokens.js';
import { Turns } from './application/turns.js';
import type { AdminConfig } from './config/config.js';
import { operatorRecord } from './infrastructure/bus/people-settings.js';
import { Passwords } from './infrastructure/crypto/passwords.js';
import { MODELS, type OperatorDocument } from './infrastructure/mongo/documents.js';
import { InstallationRepository } from './infrastructure/mongo/installation.repository.js';
import { LoginAttemptsRepository } from './infrastructure/mongo/login-attempts.repository.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { OPERATORS_OUTBOX, OperatorsRepository } from './infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from './infrastructure/mongo/sessions.repository.js';
import { SITE_CONTROLLERS, SITE_MODELS, SITE_PROVIDERS, siteOutboxes } from './site.module-parts.js';
import { SYSTEM_CONTROLLERS, SYSTEM_MODELS, SYSTEM_PROVIDERS } from './system.module-parts.js';
import { AdminController } from './transport/grpc/admin.controller.js';
import { AuthController } from './transport/grpc/auth.controller.js';
import { SettingsController } from './transport/grpc/settings.controller.js';

type Context = ServiceContext<AdminConfig>;

const mongoModule = ({ config, logger }: Context): DynamicModule =>
  MongoModule.forRoot({
    uri: config.mongo.uri,
    dbName: `${config.prefix}beseda_admin`,
    maxPoolSize: config.mongo.maxPoolSize,
    migrations: [...MIGRATIONS],
    models: [...MODELS, ...SITE_MODELS, ...SYSTEM_MODELS],
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

/** The outboxes that publish settings. */
const outboxes = ({ registry, logger }: Context): FactoryProvider[] => [
  {
    provide: OPERATORS_OUTBOX,
    inject: [MONGO_CONNECTION, BUS],
    useFactory: (connection: Connection, bus: Bus): Outbox<OperatorDocument> =>
      createStateOutbox<OperatorDocument>({
        name: 'operators',
        aggregates: connection.collection('operators'),
        bus,
        toRecords: operatorRecord,
        registry,
        logger,
      }),
  },
];

@Module({})
export class AdminModule {
  static forRoot(context: Context): DynamicModule {
    return {
      module: AdminModule,
      imports: [mongoModule(context), busModule(context)],
      controllers: [AuthController, AdminController, SettingsController, ...SITE_CONTROLLERS, ...SYSTEM_CONTROLLERS],
      providers: [
        ...outboxes(context),
        ...siteOutboxes(context),
        OperatorsRepository,
        SessionsRepository,
        LoginAttemptsRepository,
        InstallationRepository,
        Passwords,
        { provide: Turns, useFactory: () => new Turns() },
        SessionTokens,
        LoginHandler,
        RefreshHandler,
        LogoutHandler,
        CreateOperatorHandler,
        FirstRun,
        ...SITE_PROVIDERS,
        ...SYSTEM_PROVIDERS,
      ],
    };
  }
}
