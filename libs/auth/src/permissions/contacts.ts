import { contactsV1 } from '@beseda/contracts';
import { CONTACT, GATEWAY, OPERATOR, OPERATOR_AND_CONTACT, permissions } from './permission.js';

/** Who may call `beseda.contacts.v1.ContactsService`. */
export const contactsPermissions = permissions(contactsV1.ContactsServiceService, {
  openSession: GATEWAY,
  identify: CONTACT,
  authenticate: CONTACT,
  track: CONTACT,
  recordPageView: CONTACT,
  getContact: OPERATOR_AND_CONTACT,
  updateContact: OPERATOR,
  renewVisitorLeases: GATEWAY,
});
