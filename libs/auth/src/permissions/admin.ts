import { adminV1 } from '@beseda/contracts';
import { ADMIN, GATEWAY, SUPERADMIN, permissions } from './permission.js';

/** Who may call `beseda.admin.v1.AdminService`. */
export const adminPermissions = permissions(adminV1.AdminServiceService, {
  createSite: SUPERADMIN,
  getSite: ADMIN,
  updateSite: ADMIN,
  // With a password only superadmins; an admin makes nobody stronger than himself: the service looks at the request.
  createOperator: ADMIN,
  listOperators: ADMIN,
  updateOperator: ADMIN,
  inviteAgain: ADMIN,
  removeOperator: ADMIN,
  createTeam: ADMIN,
  updateTeam: ADMIN,
  deleteTeam: ADMIN,
  getIdentitySecret: { operator: 'admin', service: ['contacts'] },
  rotateIdentitySecret: ADMIN,
  recordWidgetSeen: GATEWAY,
  getMailStatus: ADMIN,
});
