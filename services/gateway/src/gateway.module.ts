import { type Keys } from '@beseda/auth';
import { FileStore, FilesModule } from '@beseda/files';
import {
  KEYS,
  LOGGER,
  type Logger,
  REGISTRY,
  SERVICE_CONFIG,
  type ServiceContext,
  serviceModule,
} from '@beseda/service-defaults';
import { SettingsCopies } from '@beseda/settings';
import type { Provider } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { Callers } from './application/callers.js';
import { Directory } from './application/directory.js';
import { KnownContacts } from './application/known-contacts.js';
import { MergedContacts } from './application/merged-contacts.js';
import { OperatorLeases } from './application/operator-leases.js';
import { Presence } from './application/presence.js';
import { ResumeLimiter } from './application/resume-limiter.js';
import { VisitorLeases } from './application/visitor-leases.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { Backends } from './infrastructure/backends.js';
import { standingOf } from './infrastructure/contact-standing.js';
import { httpControllers, httpProviders } from './transport/http/http.parts.js';
import { EventMapper } from './transport/mapping/events.js';
import { Shutdown } from './transport/shutdown.js';
import { Announcements } from './transport/sockets/announcements.js';
import { LiveEvents } from './transport/sockets/live-events.js';
import { OperatorGateway } from './transport/sockets/operator.gateway.js';
import { Origins } from './transport/sockets/origin.js';
import { SocketMetrics } from './transport/sockets/socket-metrics.js';
import { WidgetGateway } from './transport/sockets/widget.gateway.js';

const FILES_HEALTH = Symbol('FILES_HEALTH');

const providers: Provider[] = [
  Backends,
  ...httpProviders,
  {
    provide: Directory,
    inject: [SettingsCopies],
    useFactory: (copies: SettingsCopies) => new Directory(copies.of('site'), copies.of('operator'), copies.of('team')),
  },
  {
    provide: Callers,
    inject: [KEYS, Directory, KnownContacts],
    useFactory: (keys: Keys, directory: Directory, known: KnownContacts) => new Callers(keys, directory, known),
  },
  {
    provide: KnownContacts,
    inject: [Backends],
    useFactory: (backends: Backends) => new KnownContacts(standingOf(backends)),
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
  ResumeLimiter,
  OperatorGateway,
  WidgetGateway,
  LiveEvents,
  Announcements,
  Shutdown,
];

/** Nothing can be uploaded or shown without the store of files. */
const filesHealth = ({ health }: ServiceContext): Provider => ({
  provide: FILES_HEALTH,
  inject: [FileStore],
  useFactory: (files: FileStore) => health.add('files', () => files.readiness().check()),
});

/** The gateway: what browsers and API clients talk to. */
export const gatewayModule = serviceModule<GatewayConfig>((context) => ({
  // Few connections: the database only keeps the copies of settings, so that a start does not depend on their owner.
  maxPoolSize: 2,
  parked: 'memory',
  settings: ['site', 'operator', 'team', 'tag', 'hours'],
  imports: [FilesModule.forRoot({ uri: context.config.mongo.uri, prefix: context.config.prefix })],
  controllers: httpControllers,
  providers: [...providers, filesHealth(context)],
}));
