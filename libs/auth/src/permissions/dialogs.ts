import { dialogsV1 } from '@beseda/contracts';
import { CONTACT, OPERATOR, OPERATOR_AND_CONTACT, permissions } from './permission.js';

/** Who may call `beseda.dialogs.v1.DialogsService`. */
export const dialogsPermissions = permissions(dialogsV1.DialogsServiceService, {
  postMessage: OPERATOR_AND_CONTACT,
  addNote: OPERATOR,
  setTags: OPERATOR,
  assign: OPERATOR,
  closeDialog: OPERATOR,
  reopenDialog: OPERATOR,
  recordReceipt: CONTACT,
  markRead: OPERATOR,
  getDialog: OPERATOR_AND_CONTACT,
  listDialogs: OPERATOR_AND_CONTACT,
  countDialogs: OPERATOR,
  countDialogsBy: OPERATOR,
  listChanges: OPERATOR,
  listEvents: OPERATOR_AND_CONTACT,
  resume: OPERATOR_AND_CONTACT,
  readEvents: { service: true },
});
