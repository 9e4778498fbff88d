import { appError } from '@beseda/errors';
import { type Actor, type Role, hasRole } from './actor.js';

/** Who may call a gRPC method. `operator` names the weakest role; `service` the services by name, or all. */
export interface Permission {
  contact?: true;
  operator?: Role;
  service?: true | readonly string[];
}

const dialogs = (method: string): string => `/beseda.dialogs.v1.DialogsService/${method}`;
const contacts = (method: string): string => `/beseda.contacts.v1.ContactsService/${method}`;
const admin = (service: string, method: string): string => `/beseda.admin.v1.${service}/${method}`;

const OPERATOR: Permission = { operator: 'operator' };
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
  [admin('AuthService', 'Login')]: GATEWAY,
  [admin('AuthService', 'Refresh')]: GATEWAY,
  [admin('AuthService', 'Logout')]: GATEWAY,
  [admin('AdminService', 'CreateSite')]: { operator: 'superadmin' },
  [admin('AdminService', 'UpdateSite')]: { operator: 'admin' },
  [admin('AdminService', 'CreateOperator')]: { operator: 'superadmin' },
  [admin('AdminService', 'GetIdentitySecret')]: { operator: 'admin', service: ['contacts'] },
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
