import { BusModule, mongoParkedStore } from '@beseda/bus';
import { MONGO_CONNECTION, MongoModule, mongoCall, mongoReadiness } from '@beseda/mongo';
import { type ServiceContext, busOptions } from '@beseda/service-defaults';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { FirstRun } from './application/first-run.js';
import type { AdminConfig } from './config/config.js';
import { MODELS } from './infrastructure/mongo/documents.js';
import { InstallationRepository } from './infrastructure/mongo/installation.repository.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { PEOPLE_CONTROLLERS, PEOPLE_PROVIDERS, peopleOutboxes } from './people.module-parts.js';
import { SITE_CONTROLLERS, SITE_MODELS, SITE_PROVIDERS, siteOutboxes } from './site.module-parts.js';
import { SYSTEM_CONTROLLERS, SYSTEM_MODELS, SYSTEM_PROVIDERS } from './system.module-parts.js';
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

@Module({})
export class AdminModule {
  static forRoot(context: Context): DynamicModule {
    return {
      module: AdminModule,
      imports: [mongoModule(context), busModule(context)],
      controllers: [SettingsController, ...PEOPLE_CONTROLLERS, ...SITE_CONTROLLERS, ...SYSTEM_CONTROLLERS],
      providers: [
        ...peopleOutboxes(context),
        ...siteOutboxes(context),
        InstallationRepository,
        FirstRun,
        ...PEOPLE_PROVIDERS,
        ...SITE_PROVIDERS,
        ...SYSTEM_PROVIDERS,
      ],
    };
  }
}
