import { adminV1 } from '@beseda/contracts';
import { permissions } from './permission.js';

/** Who may call `beseda.admin.v1.SettingsService`. */
export const settingsPermissions = permissions(adminV1.SettingsServiceService, {
  snapshot: { service: true },
});
