import { appError } from '@beseda/errors';
import { type Actor, hasRole } from '../actor.js';
import { accountPermissions } from './account.js';
import { adminPermissions } from './admin.js';
import { authPermissions } from './auth.js';
import { contactsPermissions } from './contacts.js';
import { dialogsPermissions } from './dialogs.js';
import { libraryPermissions } from './library.js';
import { routingPermissions } from './routing.js';
import { settingsPermissions } from './settings.js';
import { systemPermissions } from './system.js';
import type { Permission } from './permission.js';

export type { Permission };

/** The one table, put together from the services' own: gRPC method → who may call it. A method without a row is refused. */
export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  ...dialogsPermissions,
  ...contactsPermissions,
  ...routingPermissions,
  ...authPermissions,
  ...accountPermissions,
  ...adminPermissions,
  ...libraryPermissions,
  ...systemPermissions,
  ...settingsPermissions,
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
