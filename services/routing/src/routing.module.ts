import { BUS, type Bus, BusModule, mongoParkedStore } from '@beseda/bus';
import { MONGO_CONNECTION, MongoModule, mongoCall, mongoReadiness } from '@beseda/mongo';
import { type Outbox, createStateOutbox } from '@beseda/outbox';
import { type ServiceContext, busOptions } from '@beseda/service-defaults';
import { SettingsCopies, SettingsModule } from '@beseda/settings';
import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { ListPresenceHandler } from './application/list-presence.handler.js';
import { OperatorSites } from './application/operator-sites.js';
import { RenewLeasesHandler } from './application/renew-leases.handler.js';
import { SetStatusHandler } from './application/set-status.handler.js';
import { Upkeep } from './application/upkeep.js';
import type { RoutingConfig } from './config/config.js';
import { presenceRecord } from './infrastructure/bus/presence-events.js';
import { AdminClient } from './infrastructure/grpc/admin.client.js';
import { MODELS, type PresenceDocument } from './infrastructure/mongo/documents.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { PRESENCE_OUTBOX, PresenceRepository } from './infrastructure/mongo/presence.repository.js';
import { RoutingController } from './transport/grpc/routing.controller.js';

type Context = ServiceContext<RoutingConfig>;

const mongoModule = ({ config, logger }: Context): DynamicModule =>
  MongoModule.forRoot({
    uri: config.mongo.uri,
    dbName: `${config.prefix}beseda_routing`,
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
    kinds: ['operator'],
    imports: [AdminClientModule],
    inject: [AdminClient],
    useFactory: (admin: AdminClient) => ({ snapshot: (kind) => admin.snapshot(kind), registry, logger }),
  });

const outbox = ({ registry, logger }: Context): FactoryProvider => ({
  provide: PRESENCE_OUTBOX,
  inject: [MONGO_CONNECTION, BUS],
  useFactory: (connection: Connection, bus: Bus): Outbox<PresenceDocument> =>
    createStateOutbox<PresenceDocument>({
      name: 'presence',
      aggregates: connection.collection('presence'),
      bus,
      toRecords: presenceRecord,
      registry,
      logger,
    }),
});

const SETTINGS_HEALTH = Symbol('SETTINGS_HEALTH');
/** Without a copy of the operators nobody can be listed. */
const settingsHealth = ({ health }: Context): FactoryProvider => ({
  provide: SETTINGS_HEALTH,
  inject: [SettingsCopies],
  useFactory: (copies: SettingsCopies) => {
    health.add('settings', () => copies.readiness().check());
  },
});

@Module({})
export class RoutingModule {
  static forRoot(context: Context): DynamicModule {
    return {
      module: RoutingModule,
      imports: [mongoModule(context), busModule(context), AdminClientModule, settingsModule(context)],
      controllers: [RoutingController],
      providers: [
        outbox(context),
        settingsHealth(context),
        PresenceRepository,
        OperatorSites,
        RenewLeasesHandler,
        SetStatusHandler,
        ListPresenceHandler,
        Upkeep,
      ],
    };
  }
}
