import type { Role } from '@beseda/api';
import type { GrpcServiceDefinition } from '@beseda/contracts';

/** Who may call a gRPC method. `operator` names the weakest role; `service` the services by name, or all. */
export interface Permission {
  contact?: true;
  operator?: Role;
  service?: true | readonly string[];
}

export const OPERATOR: Permission = { operator: 'operator' };
export const ADMIN: Permission = { operator: 'admin' };
export const SUPERADMIN: Permission = { operator: 'superadmin' };
export const OPERATOR_AND_CONTACT: Permission = { operator: 'operator', contact: true };
export const CONTACT: Permission = { contact: true };
export const GATEWAY: Permission = { service: ['gateway'] };

/** Rows of one service by the paths of its methods. A method without a row does not compile. */
export const permissions = <S extends GrpcServiceDefinition>(
  service: S,
  rows: Readonly<Record<keyof S, Permission>>,
): Record<string, Permission> =>
  Object.fromEntries(Object.entries(service).map(([method, { path }]) => [path, rows[method as keyof S]]));
