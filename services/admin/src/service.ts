import { adminV1 } from '@beseda/contracts';
import type { ServiceDefinition } from '@beseda/service-defaults';
import { adminModule } from './admin.module.js';
import { type AdminConfig, loadConfig } from './config/config.js';

/** The service as its process and the all-in-one start it. `app.get(FirstRun)` tells the first site and login. */
export const adminService: ServiceDefinition<AdminConfig> = {
  name: 'admin',
  loadConfig,
  module: adminModule,
  grpc: [
    adminV1.AuthServiceService,
    adminV1.AdminServiceService,
    adminV1.AccountServiceService,
    adminV1.SettingsServiceService,
    adminV1.LibraryServiceService,
    adminV1.SystemServiceService,
  ],
};
