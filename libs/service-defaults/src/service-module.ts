import { BUS, type Bus, BusModule, memoryParkedStore, mongoParkedStore } from '@beseda/bus';
import {
  MONGO_CONNECTION,
  type Migration,
  type ModelDefinition,
  MongoModule,
  mongoCall,
  mongoReadiness,
} from '@beseda/mongo';
import {
  type EventOutboxOptions,
  type OutboxAggregate,
  type OutboxEntry,
  type OutboxOptions,
  type StateAggregate,
  type StateOutboxOptions,
  createOutbox,
  createStateOutbox,
} from '@beseda/outbox';
import { type SettingKind, SettingsCopies, SettingsModule } from '@beseda/settings';
import type { DynamicModule, FactoryProvider, InjectionToken, ModuleMetadata, Provider } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { busOptions } from './bus.js';
import { Clients } from './clients.js';
import type { BaseConfig } from './config.js';
import type { ServiceContext } from './service.js';

/** What an outbox is made with: everything but what its options say themselves. */
export interface OutboxParts extends OutboxOptions {
  connection: Connection;
}

/** An outbox of a service and the token under which its repository gets it. */
export interface OutboxDefinition {
  token: InjectionToken;
  name: string;
  create(parts: OutboxParts): object;
}

/** A service's own parts. What is not said, it does not have. */
export interface ServiceParts extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  migrations?: readonly Migration[];
  models?: readonly ModelDefinition[];
  /** Settings it keeps copies of, asked of `admin`, which it then has to call; without them it is not ready. */
  settings?: readonly SettingKind[];
  outboxes?: readonly OutboxDefinition[];
  /** Connections to the database at most; default: as configured. */
  maxPoolSize?: number;
  /** Where events are kept that could not be handled: in its database (default), or nowhere, for one that only reads broadcasts. */
  parked?: 'mongo' | 'memory';
}

/** An outbox of aggregates that collect events. `aggregates` and `timeline` are names of collections. */
export const eventOutbox = <D extends OutboxAggregate<E>, E extends OutboxEntry = D['outbox'][number]>(
  token: InjectionToken,
  {
    aggregates,
    timeline,
    toRecords,
    name = aggregates,
  }: Pick<EventOutboxOptions<D, E>, 'toRecords'> & {
    aggregates: string;
    name?: string;
    timeline?: { collection: string; aggregateKey: string };
  },
): OutboxDefinition => ({
  token,
  name,
  create: ({ connection, ...options }) =>
    createOutbox<D, E>({
      ...options,
      toRecords,
      aggregates: connection.collection(aggregates),
      ...(timeline && { timeline: { ...timeline, collection: connection.collection(timeline.collection) } }),
    }),
});

/** An outbox of documents whose whole state is the event. `aggregates` is the name of their collection. */
export const stateOutbox = <D extends StateAggregate>(
  token: InjectionToken,
  {
    aggregates,
    toRecords,
    name = aggregates,
  }: Pick<StateOutboxOptions<D>, 'toRecords'> & { aggregates: string; name?: string },
): OutboxDefinition => ({
  token,
  name,
  create: ({ connection, ...options }) =>
    createStateOutbox<D>({ ...options, toRecords, aggregates: connection.collection(aggregates) }),
});

/**
 * Makes the root module of a service: its database (named after it) with migrations and models, its bus with parked events,
 * copies of settings, outboxes and health checks, around its own controllers and providers. Order of start and end is Nest's.
 */
export const serviceModule =
  <C extends BaseConfig = BaseConfig>(parts: ServiceParts | ((context: ServiceContext<C>) => ServiceParts)) =>
  (context: ServiceContext<C>): DynamicModule => {
    const own = typeof parts === 'function' ? parts(context) : parts;
    const { imports = [], controllers = [], providers = [], outboxes = [] } = own;
    return {
      module: class ServiceModule {},
      imports: [mongoModule(context, own), busModule(context, own), ...settingsModules(context, own), ...imports],
      controllers,
      providers: [
        ...outboxes.map((outbox) => outboxProvider(context, outbox)),
        ...settingsHealth(context, own),
        ...providers,
      ],
    };
  };

/** The name of a service's database; the installation's prefix keeps several apart on one server. */
export const databaseName = (service: string, prefix: string): string =>
  `${prefix}beseda_${service.replaceAll('-', '_')}`;

function mongoModule({ name, config, logger }: ServiceContext, own: ServiceParts): DynamicModule {
  return MongoModule.forRoot({
    uri: config.mongo.uri,
    dbName: databaseName(name, config.prefix),
    maxPoolSize: own.maxPoolSize ?? config.mongo.maxPoolSize,
    ...(own.migrations && { migrations: own.migrations }),
    models: own.models ?? [],
    logger,
  });
}

function busModule(context: ServiceContext, { parked = 'mongo' }: ServiceParts): DynamicModule {
  return BusModule.forRootAsync({
    inject: [MONGO_CONNECTION],
    useFactory: (connection: Connection) => {
      context.health.add('mongo', () => mongoReadiness(connection).check());
      if (parked === 'memory') return busOptions(context, memoryParkedStore());
      const store = mongoParkedStore(() => connection.getClient().db(connection.name));
      return busOptions(context, store, mongoCall);
    },
  });
}

function settingsModules({ registry, logger }: ServiceContext, { settings = [] }: ServiceParts): DynamicModule[] {
  if (settings.length === 0) return [];
  return [
    SettingsModule.forRootAsync({
      kinds: settings,
      inject: [Clients],
      useFactory: (clients: Clients) => ({ snapshot: (kind) => clients.settings(kind), registry, logger }),
    }),
  ];
}

const SETTINGS_HEALTH = Symbol('SETTINGS_HEALTH');

/** Without copies of the settings it asked for a service can serve nobody. */
function settingsHealth({ health }: ServiceContext, { settings = [] }: ServiceParts): Provider[] {
  if (settings.length === 0) return [];
  const useFactory = (copies: SettingsCopies): void => health.add('settings', () => copies.readiness().check());
  return [{ provide: SETTINGS_HEALTH, inject: [SettingsCopies], useFactory }];
}

const outboxProvider = (
  { registry, logger }: ServiceContext,
  { token, name, create }: OutboxDefinition,
): FactoryProvider => ({
  provide: token,
  inject: [MONGO_CONNECTION, BUS],
  useFactory: (connection: Connection, bus: Bus) => create({ connection, name, bus, registry, logger }),
});
