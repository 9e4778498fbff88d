import { type Keys } from '@beseda/auth';
import { BusModule, memoryParkedStore } from '@beseda/bus';
import { FileStore, FilesModule } from '@beseda/files';
import { MONGO_CONNECTION, MongoModule, mongoReadiness } from '@beseda/mongo';
import {
  HealthChecks,
  KEYS,
  LOGGER,
  type Logger,
  REGISTRY,
  SERVICE_CONFIG,
  type ServiceContext,
  busOptions,
} from '@beseda/service-defaults';
import { SettingsCopies, SettingsModule } from '@beseda/settings';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import type { Connection } from 'mongoose';
import type { Registry } from 'prom-client';
import { Callers } from './application/callers.js';
import { Directory } from './application/directory.js';
import { MergedContacts } from './application/merged-contacts.js';
import { OperatorLeases } from './application/operator-leases.js';
import { Presence } from './application/presence.js';
import { SessionEnds } from './application/session-ends.js';
import { ResumeSlots } from './application/slots.js';
import { VisitorLeases } from './application/visitor-leases.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { Backends } from './infrastructure/backends.js';
import { httpControllers, httpProviders } from './transport/http/http.parts.js';
import { EventMapper } from './transport/mapping/events.js';
import { Shutdown } from './transport/shutdown.js';
import { Announcements } from './transport/sockets/announcements.js';
import { LiveEvents } from './transport/sockets/live-events.js';
import { OperatorGateway } from './transport/sockets/operator.gateway.js';
import { Origins } from './transport/sockets/origin.js';
import { SocketMetrics } from './transport/sockets/socket-metrics.js';
import { WidgetGateway } from './transport/sockets/widget.gateway.js';

class BackendsModule {}

/** The clients, global: the settings are read through them before anything else starts. */
const backendsModule: DynamicModule = {
  module: BackendsModule,
  global: true,
  providers: [
    {
      provide: Backends,
      inject: [SERVICE_CONFIG, KEYS],
      useFactory: (config: GatewayConfig, keys: Keys) => new Backends(config.backends, keys, config.grpcTls),
    },
  ],
  exports: [Backends],
};

const settingsModule = SettingsModule.forRootAsync({
  kinds: ['site', 'operator', 'team', 'tag', 'hours'],
  inject: [Backends, REGISTRY, LOGGER],
  useFactory: (backends: Backends, registry: Registry, logger: Logger) => ({
    registry,
    logger,
    snapshot: async (kind) => {
      const actor = { kind: 'service', id: 'gateway' } as const;
      return (await backends.settings.call('snapshot', { kind }, { actor })).settings;
    },
  }),
});

const providers: DynamicModule['providers'] = [
  ...httpProviders,
  {
    provide: Directory,
    inject: [SettingsCopies],
    useFactory: (copies: SettingsCopies) => new Directory(copies.of('site'), copies.of('operator'), copies.of('team')),
  },
  {
    provide: Callers,
    inject: [KEYS, Directory, MergedContacts],
    useFactory: (keys: Keys, directory: Directory, merged: MergedContacts) => new Callers(keys, directory, merged),
  },
  {
    provide: VisitorLeases,
    inject: [Backends, LOGGER],
    useFactory: (backends: Backends, logger: Logger) => new VisitorLeases(backends, logger),
  },
  {
    provide: OperatorLeases,
    inject: [Backends, LOGGER],
    useFactory: (backends: Backends, logger: Logger) => new OperatorLeases(backends, logger),
  },
  {
    provide: Presence,
    inject: [Backends, LOGGER],
    useFactory: (backends: Backends, logger: Logger) => new Presence(backends, logger),
  },
  {
    provide: EventMapper,
    inject: [Directory, KEYS],
    useFactory: (directory: Directory, keys: Keys) => new EventMapper(directory, keys),
  },
  {
    provide: Origins,
    inject: [SERVICE_CONFIG, Directory],
    useFactory: (config: GatewayConfig, directory: Directory) => new Origins(config, directory),
  },
  {
    provide: SocketMetrics,
    inject: [REGISTRY],
    useFactory: (registry: Registry) => new SocketMetrics(registry),
  },
  MergedContacts,
  SessionEnds,
  ResumeSlots,
  OperatorGateway,
  WidgetGateway,
  LiveEvents,
  Announcements,
  Shutdown,
];

/** The gateway: what browsers and API clients talk to. */
@Module({})
export class GatewayModule {
  constructor(
    @Inject(HealthChecks) health: HealthChecks,
    @Inject(SettingsCopies) settings: SettingsCopies,
    @Inject(FileStore) files: FileStore,
    @Inject(MONGO_CONNECTION) connection: Connection,
  ) {
    for (const probe of [settings.readiness(), files.readiness(), mongoReadiness(connection)])
      health.add(probe.name, () => probe.check());
  }

  static forRoot(context: ServiceContext<GatewayConfig>): DynamicModule {
    const { config, logger } = context;
    const { uri } = config.mongo;
    return {
      module: GatewayModule,
      imports: [
        // Few connections: the database only keeps the copies of settings, so that a start does not depend on their owner.
        MongoModule.forRoot({ uri, dbName: `${config.prefix}beseda_gateway`, maxPoolSize: 2, logger }),
        BusModule.forRoot(busOptions(context, memoryParkedStore())),
        FilesModule.forRoot({ uri, prefix: config.prefix }),
        backendsModule,
        settingsModule,
      ],
      controllers: httpControllers,
      providers,
    };
  }
}
