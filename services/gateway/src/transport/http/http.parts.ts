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
import { AccountSecurityController } from './account/account-security.controller.js';
import { AccountController } from './account/account.controller.js';
import { ApiKeysController } from './system/api-keys.controller.js';
import { AuditController } from './system/audit.controller.js';
import { AuthController } from './sign-in/auth.controller.js';
import { AvatarsController } from './files/avatars.controller.js';
import { BillingController } from './system/billing.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { DialogActionsController } from './dialogs/dialog-actions.controller.js';
import { DialogsController } from './dialogs/dialogs.controller.js';
import { FilesController } from './files/files.controller.js';
import { HoursController } from './library/hours.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { OperatorsController } from './operators/operators.controller.js';
import { PasswordResetController } from './sign-in/password-reset.controller.js';
import { SavedRepliesController } from './library/saved-replies.controller.js';
import { SavedReplyFilesController } from './library/saved-reply-files.controller.js';
import { SingleSignOnController } from './sign-in/single-sign-on.controller.js';
import { SiteSettingsController } from './sites/site-settings.controller.js';
import { SitesController } from './sites/sites.controller.js';
import { TagsController } from './library/tags.controller.js';
import { TeamsController } from './operators/teams.controller.js';
import { WidgetDialogsController } from './widget/widget-dialogs.controller.js';
import { WidgetVisitorController } from './widget/widget-visitor.controller.js';
import { CsvInterceptor } from './csv.js';
import { InFlight } from './in-flight.js';
import { ApiDescription } from './openapi/description.js';
import { SessionAnswers } from './sign-in/session-answers.js';
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
