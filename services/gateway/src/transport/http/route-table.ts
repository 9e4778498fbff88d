import type { Role } from '@beseda/auth';
import type { RateKind } from '../../application/rate-limits.js';

/** Who may call a route. */
export type Access =
  /** Everybody; `rate` limits by address. */
  | { readonly who: 'anyone'; readonly rate?: RateKind }
  /** An operator with this role or a stronger one: on the site in the path, or (`site: 'any'`) on any of his. */
  | { readonly who: 'operator'; readonly role: Role; readonly site: 'path' | 'any' }
  /** A visitor with a token; limited by contact and address. */
  | { readonly who: 'contact'; readonly rate: RateKind };

const anyone: Access = { who: 'anyone' };
const signedIn: Access = { who: 'operator', role: 'operator', site: 'any' };
const operator: Access = { who: 'operator', role: 'operator', site: 'path' };
const admin: Access = { who: 'operator', role: 'admin', site: 'path' };
const superadmin: Access = { who: 'operator', role: 'superadmin', site: 'path' };
const contact: Access = { who: 'contact', rate: 'request' };
const contactSends: Access = { who: 'contact', rate: 'send' };

const SITE = '/api/sites/:siteId';
const DIALOG = `${SITE}/dialogs/:dialogId`;
const WIDGET_DIALOG = '/api/widget/dialogs/:dialogId';

/** The one table: route → who may call it. A route without a row is refused for everybody. */
export const ROUTES: Readonly<Record<string, Access>> = {
  'POST /api/auth/login': anyone,
  'POST /api/auth/refresh': anyone,
  'POST /api/auth/logout': anyone,
  'GET /api/auth/me': signedIn,

  'GET /api/sites': signedIn,
  'POST /api/sites': { who: 'operator', role: 'superadmin', site: 'any' },
  [`PATCH ${SITE}`]: admin,
  [`GET ${SITE}/operators`]: operator,
  [`POST ${SITE}/operators`]: superadmin,
  [`GET ${SITE}/identity-secret`]: admin,

  [`GET ${SITE}/dialogs`]: operator,
  [`GET ${SITE}/dialogs/counts`]: operator,
  [`POST ${SITE}/dialogs/changes`]: operator,
  [`POST ${SITE}/resume`]: operator,
  [`GET ${DIALOG}`]: operator,
  [`GET ${DIALOG}/events`]: operator,
  [`POST ${DIALOG}/messages`]: operator,
  [`POST ${DIALOG}/files`]: operator,
  [`GET ${DIALOG}/files/:fileId`]: operator,
  [`POST ${DIALOG}/notes`]: operator,
  [`PUT ${DIALOG}/tags`]: operator,
  [`PUT ${DIALOG}/assignee`]: operator,
  [`PUT ${DIALOG}/read`]: operator,
  [`POST ${DIALOG}/close`]: operator,
  [`POST ${DIALOG}/reopen`]: operator,

  [`GET ${SITE}/contacts/:contactId`]: operator,
  [`PATCH ${SITE}/contacts/:contactId`]: operator,
  [`GET ${SITE}/contacts/:contactId/dialogs`]: operator,

  'POST /api/widget/sessions': { who: 'anyone', rate: 'session' },
  'GET /api/widget/dialogs': contact,
  [`GET ${WIDGET_DIALOG}/events`]: contact,
  [`GET ${WIDGET_DIALOG}/files/:fileId`]: contact,
  [`POST ${WIDGET_DIALOG}/receipts`]: contact,
  'POST /api/widget/messages': contactSends,
  'POST /api/widget/files': contactSends,
  'POST /api/widget/resume': contact,
  'POST /api/widget/identify': contact,
  'POST /api/widget/auth': contact,
  'POST /api/widget/track': contact,
  'POST /api/widget/pageviews': contact,

  // The address is signed.
  'GET /api/files/:siteId/:fileId': anyone,
  'GET /api/openapi.json': anyone,

  'GET /widget.js': anyone,
  'GET /widget/panel': anyone,
  'GET /widget/assets/:name': anyone,
  'GET /demo': anyone,
  'GET /': anyone,
  'GET /*path': anyone,
};
