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
import { PagesController } from '../pages/pages.controller.js';
import { AccessGuard } from './access.guard.js';
import { AccountSecurityController } from './controllers/account-security.controller.js';
import { AccountController } from './controllers/account.controller.js';
import { ApiKeysController } from './controllers/api-keys.controller.js';
import { AuditController } from './controllers/audit.controller.js';
import { AuthController } from './controllers/auth.controller.js';
import { AvatarsController } from './controllers/avatars.controller.js';
import { BillingController } from './controllers/billing.controller.js';
import { ContactsController } from './controllers/contacts.controller.js';
import { DialogActionsController } from './controllers/dialog-actions.controller.js';
import { DialogsController } from './controllers/dialogs.controller.js';
import { FilesController } from './controllers/files.controller.js';
import { HoursController } from './controllers/hours.controller.js';
import { OpenApiController } from './controllers/openapi.controller.js';
import { OperatorsController } from './controllers/operators.controller.js';
import { PasswordResetController } from './controllers/password-reset.controller.js';
import { SavedRepliesController } from './controllers/saved-replies.controller.js';
import { SavedReplyFilesController } from './controllers/saved-reply-files.controller.js';
import { SingleSignOnController } from './controllers/single-sign-on.controller.js';
import { SiteSettingsController } from './controllers/site-settings.controller.js';
import { SitesController } from './controllers/sites.controller.js';
import { TagsController } from './controllers/tags.controller.js';
import { TeamsController } from './controllers/teams.controller.js';
import { WidgetDialogsController } from './controllers/widget-dialogs.controller.js';
import { WidgetVisitorController } from './controllers/widget-visitor.controller.js';
import { CsvInterceptor } from './csv.js';
import { InFlight } from './in-flight.js';
import { ApiDescription } from './openapi.js';
import { SessionAnswers } from './session-answers.js';
import { AvatarInterceptor, UploadInterceptor } from './upload.interceptor.js';

/** Everything that answers over HTTP. */
export const httpControllers: NonNullable<DynamicModule['controllers']> = [
  AuthController,
  PasswordResetController,
  SingleSignOnController,
  AccountController,
  AccountSecurityController,
  SitesController,
  SiteSettingsController,
  OperatorsController,
  TeamsController,
  SavedRepliesController,
  SavedReplyFilesController,
  TagsController,
  HoursController,
  ApiKeysController,
  AuditController,
  BillingController,
  DialogsController,
  DialogActionsController,
  ContactsController,
  WidgetVisitorController,
  WidgetDialogsController,
  AvatarsController,
  FilesController,
  OpenApiController,
  // Last: it answers for every address that is left.
  PagesController,
];

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
  ApiDescription,
  SessionAnswers,
  UploadInterceptor,
  AvatarInterceptor,
  CsvInterceptor,
];
