import { adminV1 } from '@beseda/contracts';
import { GATEWAY, permissions } from './permission.js';

/** Who may call `beseda.admin.v1.AuthService`. */
export const authPermissions = permissions(adminV1.AuthServiceService, {
  login: GATEWAY,
  continueLogin: GATEWAY,
  refresh: GATEWAY,
  logout: GATEWAY,
  requestPasswordReset: GATEWAY,
  resetPassword: GATEWAY,
  getSignInOptions: GATEWAY,
  startSingleSignOn: GATEWAY,
  finishSingleSignOn: GATEWAY,
});
