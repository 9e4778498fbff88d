import { adminV1 } from '@beseda/contracts';
import { OPERATOR, permissions } from './permission.js';

/** Who may call `beseda.admin.v1.AccountService`. */
export const accountPermissions = permissions(adminV1.AccountServiceService, {
  getAccount: OPERATOR,
  updateAccount: OPERATOR,
  changePassword: OPERATOR,
  listSessions: OPERATOR,
  endSessions: OPERATOR,
  startSecondFactor: OPERATOR,
  confirmSecondFactor: OPERATOR,
  stopSecondFactor: OPERATOR,
  renewRecoveryCodes: OPERATOR,
});
