import { adminV1 } from '@beseda/contracts';
import { ADMIN, OPERATOR, permissions } from './permission.js';

/** Who may call `beseda.admin.v1.LibraryService`. */
export const libraryPermissions = permissions(adminV1.LibraryServiceService, {
  // An operator keeps personal saved replies; those of a team or of everyone are an admin's: the service looks at them.
  listSavedReplies: OPERATOR,
  createSavedReplies: OPERATOR,
  updateSavedReply: OPERATOR,
  deleteSavedReplies: OPERATOR,
  orderSavedReplies: ADMIN,
  importSavedReplies: ADMIN,
  exportSavedReplies: ADMIN,
  listTags: OPERATOR,
  createTag: ADMIN,
  updateTag: ADMIN,
  mergeTags: ADMIN,
  deleteTag: ADMIN,
  getHours: ADMIN,
  updateHours: ADMIN,
  listCountryHolidays: ADMIN,
  listHolidayCountries: ADMIN,
});
