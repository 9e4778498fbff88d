import type { Role } from '@beseda/api';
import type { DynamicModule } from '@nestjs/common';
import type { RateKind, WidgetRate } from '../../application/rate-limits.js';

/** Who may call a route. */
export type Access =
  /** Everybody; `rate` limits by address. */
  | { readonly who: 'anyone'; readonly rate?: RateKind }
  /** An operator with this role or a stronger one: on the site in the path, or (`site: 'any'`) on any of his. */
  | { readonly who: 'operator'; readonly role: Role; readonly site: 'path' | 'any' }
  /** A visitor with a token; limited by contact and address. */
  | { readonly who: 'contact'; readonly rate: WidgetRate };

/** A row of a feature's table. */
export type Route = Access & {
  /** Statuses of refusals by the services behind, besides those that follow from who calls and what he sends. */
  readonly also?: readonly Refusal[];
  /** It needs no service behind. */
  readonly alone?: true;
};
export type Refusal = 401 | 403 | 404 | 409 | 429 | 503;

/** `METHOD /path/:parameter` → its row. */
export type Routes = Readonly<Record<string, Route>>;

/** What one folder serves. */
export interface Feature {
  readonly controllers: NonNullable<DynamicModule['controllers']>;
  readonly routes: Routes;
}

export const anyone: Access = { who: 'anyone' };
/** An operator, wherever he works. */
export const signedIn: Access = { who: 'operator', role: 'operator', site: 'any' };
export const operator: Access = { who: 'operator', role: 'operator', site: 'path' };
export const admin: Access = { who: 'operator', role: 'admin', site: 'path' };
export const superadmin: Access = { who: 'operator', role: 'superadmin', site: 'path' };
export const contact: Access = { who: 'contact', rate: 'request' };
export const contactSends: Access = { who: 'contact', rate: 'send' };

/** Everybody, so many times from one address. */
export const limited = (rate: RateKind): Access => ({ who: 'anyone', rate });

/** A row whose services may refuse with these statuses too. */
export const also = (access: Access, ...statuses: Refusal[]): Route => ({ ...access, also: statuses });

export const SITE = '/api/sites/:siteId';
