import { FileStore } from '@beseda/files';
import { LOGGER, type Logger, SERVICE_CONFIG } from '@beseda/service-defaults';
import { SettingsCopies } from '@beseda/settings';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Avatars } from '../../application/avatars.js';
import { DialogFiles } from '../../application/dialog-files.js';
import { RateLimits } from '../../application/rate-limits.js';
import { SavedFiles } from '../../application/saved-files.js';
import { SettingEchoes } from '../../application/setting-echoes.js';
import { WidgetSightings } from '../../application/widget-sightings.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { Backends } from '../../infrastructure/backends.js';
import { AccessGuard } from './access.guard.js';
import { CsvInterceptor } from './csv.js';
import { FEATURES, ROUTES } from './features.js';
import { InFlight } from './in-flight.js';
import { ApiDescription } from './openapi/description.js';
import { SessionAnswers } from './sign-in/session-answers.js';
import { AvatarInterceptor, UploadInterceptor } from './upload.interceptor.js';

/** Everything that answers over HTTP. */
export const httpControllers: NonNullable<DynamicModule['controllers']> = FEATURES.flatMap(
  ({ controllers }) => controllers,
);

/** What those are made of. */
export const httpProviders: NonNullable<DynamicModule['providers']> = [
  { provide: APP_GUARD, useClass: AccessGuard },
  {
    provide: RateLimits,
    inject: [SERVICE_CONFIG],
    useFactory: (config: GatewayConfig) => new RateLimits(config.widgetRateFactor),
  },
  {
    provide: DialogFiles,
    inject: [Backends, FileStore],
    useFactory: (backends: Backends, store: FileStore) => new DialogFiles(backends, store),
  },
  {
    provide: SavedFiles,
    inject: [Backends, FileStore],
    useFactory: (backends: Backends, store: FileStore) => new SavedFiles(backends, store),
  },
  { provide: Avatars, inject: [FileStore], useFactory: (store: FileStore) => new Avatars(store) },
  {
    provide: SettingEchoes,
    inject: [SettingsCopies],
    useFactory: (copies: SettingsCopies) => new SettingEchoes(copies),
  },
  {
    provide: WidgetSightings,
    inject: [Backends, LOGGER],
    useFactory: ({ admin }: Backends, logger: Logger) =>
      new WidgetSightings((siteId, host) => {
        const actor = { kind: 'service', id: 'gateway', siteId } as const;
        return admin.call('recordWidgetSeen', { host }, { actor, deadlineMs: 2_000 });
      }, logger),
  },
  InFlight,
  { provide: ApiDescription, useFactory: () => new ApiDescription(ROUTES) },
  SessionAnswers,
  UploadInterceptor,
  AvatarInterceptor,
  CsvInterceptor,
];
