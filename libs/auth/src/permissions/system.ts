import { adminV1 } from '@beseda/contracts';
import { ADMIN, GATEWAY, SUPERADMIN, permissions } from './permission.js';

/** Who may call `beseda.admin.v1.SystemService`. */
export const systemPermissions = permissions(adminV1.SystemServiceService, {
  listApiKeys: ADMIN,
  createApiKey: ADMIN,
  revokeApiKey: ADMIN,
  verifyApiKey: GATEWAY,
  listAudit: ADMIN,
  exportAudit: ADMIN,
  getAuditRetention: ADMIN,
  setAuditRetention: ADMIN,
  getLicence: SUPERADMIN,
  setLicence: SUPERADMIN,
});
