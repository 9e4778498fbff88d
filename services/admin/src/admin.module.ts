import { serviceModule } from '@beseda/service-defaults';
import { FirstRun } from './application/first-run.js';
import type { AdminConfig } from './config/config.js';
import { MODELS } from './infrastructure/mongo/documents.js';
import { InstallationRepository } from './infrastructure/mongo/installation.repository.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { PEOPLE_CONTROLLERS, PEOPLE_OUTBOXES, PEOPLE_PROVIDERS } from './people.module-parts.js';
import { SITE_CONTROLLERS, SITE_MODELS, SITE_OUTBOXES, SITE_PROVIDERS } from './site.module-parts.js';
import { SYSTEM_CONTROLLERS, SYSTEM_MODELS, SYSTEM_PROVIDERS } from './system.module-parts.js';
import { SettingsController } from './transport/grpc/settings.controller.js';

/** The service put together. */
export const adminModule = serviceModule<AdminConfig>({
  migrations: MIGRATIONS,
  models: [...MODELS, ...SITE_MODELS, ...SYSTEM_MODELS],
  outboxes: [...PEOPLE_OUTBOXES, ...SITE_OUTBOXES],
  controllers: [SettingsController, ...PEOPLE_CONTROLLERS, ...SITE_CONTROLLERS, ...SYSTEM_CONTROLLERS],
  providers: [InstallationRepository, FirstRun, ...PEOPLE_PROVIDERS, ...SITE_PROVIDERS, ...SYSTEM_PROVIDERS],
});
