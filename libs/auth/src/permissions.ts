import { appError } from '@beseda/errors';
import type { Role } from '@beseda/api';
import { type Actor, hasRole } from './actor.js';

/** Who may call a gRPC method. `operator` names the weakest role; `service` the services by name, or all. */
export interface Permission {
  contact?: true;
  operator?: Role;
  service?: true | readonly string[];
}

const dialogs = (method: string): string => `/beseda.dialogs.v1.DialogsService/${method}`;
const contacts = (method: string): string => `/beseda.contacts.v1.ContactsService/${method}`;
const routing = (method: string): string => `/beseda.routing.v1.RoutingService/${method}`;
const admin = (service: string, method: string): string => `/beseda.admin.v1.${service}/${method}`;

const OPERATOR: Permission = { operator: 'operator' };
const ADMIN: Permission = { operator: 'admin' };
const SUPERADMIN: Permission = { operator: 'superadmin' };
const OPERATOR_AND_CONTACT: Permission = { operator: 'operator', contact: true };
const CONTACT: Permission = { contact: true };
const GATEWAY: Permission = { service: ['gateway'] };

/** The one table: gRPC method → who may call it. A method without a row is refused for everybody. */
export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  [dialogs('PostMessage')]: OPERATOR_AND_CONTACT,
  [dialogs('AddNote')]: OPERATOR,
  [dialogs('SetTags')]: OPERATOR,
  [dialogs('Assign')]: OPERATOR,
  [dialogs('CloseDialog')]: OPERATOR,
  [dialogs('ReopenDialog')]: OPERATOR,
  [dialogs('RecordReceipt')]: CONTACT,
  [dialogs('MarkRead')]: OPERATOR,
  [dialogs('GetDialog')]: OPERATOR_AND_CONTACT,
  [dialogs('ListDialogs')]: OPERATOR_AND_CONTACT,
  [dialogs('CountDialogs')]: OPERATOR,
  [dialogs('CountDialogsBy')]: OPERATOR,
  [dialogs('ListChanges')]: OPERATOR,
  [dialogs('ListEvents')]: OPERATOR_AND_CONTACT,
  [dialogs('Resume')]: OPERATOR_AND_CONTACT,
  [dialogs('ReadEvents')]: { service: true },
  [contacts('OpenSession')]: GATEWAY,
  [contacts('Identify')]: CONTACT,
  [contacts('Authenticate')]: CONTACT,
  [contacts('Track')]: CONTACT,
  [contacts('RecordPageView')]: CONTACT,
  [contacts('GetContact')]: OPERATOR_AND_CONTACT,
  [contacts('UpdateContact')]: OPERATOR,
  [contacts('RenewVisitorLeases')]: GATEWAY,
  [routing('RenewOperatorLeases')]: GATEWAY,
  [routing('SetStatus')]: OPERATOR,
  [routing('ListPresence')]: { operator: 'operator', service: ['gateway'] },
  [admin('AuthService', 'Login')]: GATEWAY,
  [admin('AuthService', 'ContinueLogin')]: GATEWAY,
  [admin('AuthService', 'Refresh')]: GATEWAY,
  [admin('AuthService', 'Logout')]: GATEWAY,
  [admin('AuthService', 'RequestPasswordReset')]: GATEWAY,
  [admin('AuthService', 'ResetPassword')]: GATEWAY,
  [admin('AuthService', 'GetSignInOptions')]: GATEWAY,
  [admin('AuthService', 'StartSingleSignOn')]: GATEWAY,
  [admin('AuthService', 'FinishSingleSignOn')]: GATEWAY,
  [admin('AccountService', 'GetAccount')]: OPERATOR,
  [admin('AccountService', 'UpdateAccount')]: OPERATOR,
  [admin('AccountService', 'ChangePassword')]: OPERATOR,
  [admin('AccountService', 'ListSessions')]: OPERATOR,
  [admin('AccountService', 'EndSessions')]: OPERATOR,
  [admin('AccountService', 'StartSecondFactor')]: OPERATOR,
  [admin('AccountService', 'ConfirmSecondFactor')]: OPERATOR,
  [admin('AccountService', 'StopSecondFactor')]: OPERATOR,
  [admin('AccountService', 'RenewRecoveryCodes')]: OPERATOR,
  [admin('AdminService', 'CreateSite')]: SUPERADMIN,
  [admin('AdminService', 'GetSite')]: ADMIN,
  [admin('AdminService', 'UpdateSite')]: ADMIN,
  // With a password only superadmins; an admin makes nobody stronger than himself: the service looks at the request.
  [admin('AdminService', 'CreateOperator')]: ADMIN,
  [admin('AdminService', 'ListOperators')]: ADMIN,
  [admin('AdminService', 'UpdateOperator')]: ADMIN,
  [admin('AdminService', 'InviteAgain')]: ADMIN,
  [admin('AdminService', 'RemoveOperator')]: ADMIN,
  [admin('AdminService', 'CreateTeam')]: ADMIN,
  [admin('AdminService', 'UpdateTeam')]: ADMIN,
  [admin('AdminService', 'DeleteTeam')]: ADMIN,
  [admin('AdminService', 'GetIdentitySecret')]: { operator: 'admin', service: ['contacts'] },
  [admin('AdminService', 'RotateIdentitySecret')]: ADMIN,
  [admin('AdminService', 'RecordWidgetSeen')]: GATEWAY,
  [admin('AdminService', 'GetMailStatus')]: ADMIN,
  // An operator keeps personal saved replies; those of a team or of everyone are an admin's: the service looks at them.
  [admin('LibraryService', 'ListSavedReplies')]: OPERATOR,
  [admin('LibraryService', 'CreateSavedReplies')]: OPERATOR,
  [admin('LibraryService', 'UpdateSavedReply')]: OPERATOR,
  [admin('LibraryService', 'DeleteSavedReplies')]: OPERATOR,
  [admin('LibraryService', 'OrderSavedReplies')]: ADMIN,
  [admin('LibraryService', 'ImportSavedReplies')]: ADMIN,
  [admin('LibraryService', 'ExportSavedReplies')]: ADMIN,
  [admin('LibraryService', 'ListTags')]: OPERATOR,
  [admin('LibraryService', 'CreateTag')]: ADMIN,
  [admin('LibraryService', 'UpdateTag')]: ADMIN,
  [admin('LibraryService', 'MergeTags')]: ADMIN,
  [admin('LibraryService', 'DeleteTag')]: ADMIN,
  [admin('LibraryService', 'GetHours')]: ADMIN,
  [admin('LibraryService', 'UpdateHours')]: ADMIN,
  [admin('LibraryService', 'ListCountryHolidays')]: ADMIN,
  [admin('LibraryService', 'ListHolidayCountries')]: ADMIN,
  [admin('SystemService', 'ListApiKeys')]: ADMIN,
  [admin('SystemService', 'CreateApiKey')]: ADMIN,
  [admin('SystemService', 'RevokeApiKey')]: ADMIN,
  [admin('SystemService', 'VerifyApiKey')]: GATEWAY,
  [admin('SystemService', 'ListAudit')]: ADMIN,
  [admin('SystemService', 'ExportAudit')]: ADMIN,
  [admin('SystemService', 'GetAuditRetention')]: ADMIN,
  [admin('SystemService', 'SetAuditRetention')]: ADMIN,
  [admin('SystemService', 'GetLicence')]: SUPERADMIN,
  [admin('SystemService', 'SetLicence')]: SUPERADMIN,
  [admin('SettingsService', 'Snapshot')]: { service: true },
};

/** Whether an actor may call a method of {@link PERMISSIONS}. */
export function isAllowed(method: string, actor: Actor): boolean {
  const permission = PERMISSIONS[method];
  if (!permission) return false;
  switch (actor.kind) {
    case 'contact':
      return permission.contact === true;
    case 'operator':
      return permission.operator !== undefined && hasRole(actor.role, permission.operator);
    case 'service':
      return (
        permission.service === true || (Array.isArray(permission.service) && permission.service.includes(actor.id))
      );
  }
}

/** PERMISSION_DENIED unless {@link isAllowed}. */
export function assertAllowed(method: string, actor: Actor): void {
  if (isAllowed(method, actor)) return;
  throw appError(
    'PERMISSION_DENIED',
    `${actor.kind === 'operator' ? `The role "${actor.role}"` : `A ${actor.kind}`} may not do this.`,
  );
}
