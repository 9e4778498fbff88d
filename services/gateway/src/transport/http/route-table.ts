import type { Role } from '@beseda/api';
import type { RateKind, WidgetRate } from '../../application/rate-limits.js';

/** Who may call a route. */
export type Access =
  /** Everybody; `rate` limits by address. */
  | { readonly who: 'anyone'; readonly rate?: RateKind }
  /** An operator with this role or a stronger one: on the site in the path, or (`site: 'any'`) on any of his. */
  | { readonly who: 'operator'; readonly role: Role; readonly site: 'path' | 'any' }
  /** A visitor with a token; limited by contact and address. */
  | { readonly who: 'contact'; readonly rate: WidgetRate };

const anyone: Access = { who: 'anyone' };
const signedIn: Access = { who: 'operator', role: 'operator', site: 'any' };
const operator: Access = { who: 'operator', role: 'operator', site: 'path' };
const admin: Access = { who: 'operator', role: 'admin', site: 'path' };
const superadmin: Access = { who: 'operator', role: 'superadmin', site: 'path' };
const contact: Access = { who: 'contact', rate: 'request' };
const contactSends: Access = { who: 'contact', rate: 'send' };

const SITE = '/api/sites/:siteId';
const DIALOG = `${SITE}/dialogs/:dialogId`;
const OPERATOR = `${SITE}/operators/:operatorId`;
const REPLIES = `${SITE}/saved-replies`;
const WIDGET_DIALOG = '/api/widget/dialogs/:dialogId';

/** The one table: route → who may call it. A route without a row is refused for everybody. */
export const ROUTES: Readonly<Record<string, Access>> = {
  'POST /api/auth/login': anyone,
  'POST /api/auth/login/continue': { who: 'anyone', rate: 'sign-in' },
  'POST /api/auth/refresh': anyone,
  'POST /api/auth/logout': anyone,
  'GET /api/auth/me': signedIn,
  'GET /api/auth/options': anyone,
  'POST /api/auth/password-reset': { who: 'anyone', rate: 'reset' },
  'POST /api/auth/password-reset/confirm': { who: 'anyone', rate: 'reset' },
  'GET /api/auth/oidc/start': { who: 'anyone', rate: 'sign-in' },
  'GET /api/auth/oidc/callback': { who: 'anyone', rate: 'sign-in' },

  'GET /api/account': signedIn,
  'PATCH /api/account': signedIn,
  'PUT /api/account/avatar': signedIn,
  'DELETE /api/account/avatar': signedIn,
  'POST /api/account/password': signedIn,
  'GET /api/account/sessions': signedIn,
  'DELETE /api/account/sessions': signedIn,
  'DELETE /api/account/sessions/:sessionId': signedIn,
  'POST /api/account/second-factor': signedIn,
  'POST /api/account/second-factor/confirm': signedIn,
  'DELETE /api/account/second-factor': signedIn,
  'POST /api/account/recovery-codes': signedIn,
  'PUT /api/account/status': signedIn,

  'GET /api/sites': signedIn,
  'POST /api/sites': { who: 'operator', role: 'superadmin', site: 'any' },
  [`PATCH ${SITE}`]: admin,
  [`GET ${SITE}/settings`]: admin,
  [`PATCH ${SITE}/settings`]: admin,
  [`PUT ${SITE}/avatar`]: admin,
  [`DELETE ${SITE}/avatar`]: admin,
  [`GET ${SITE}/identity-secret`]: admin,
  [`POST ${SITE}/identity-secret/rotate`]: admin,
  [`GET ${SITE}/mail`]: admin,

  [`GET ${SITE}/operators`]: operator,
  [`GET ${SITE}/presence`]: operator,
  // With a password superadmins only: the controller and the service look at the body.
  [`POST ${SITE}/operators`]: admin,
  [`GET ${SITE}/operators/manage`]: admin,
  [`PATCH ${OPERATOR}`]: admin,
  [`DELETE ${OPERATOR}`]: admin,
  [`POST ${OPERATOR}/invite`]: admin,
  [`PUT ${OPERATOR}/avatar`]: admin,
  [`DELETE ${OPERATOR}/avatar`]: admin,
  [`GET ${SITE}/teams`]: operator,
  [`POST ${SITE}/teams`]: admin,
  [`PATCH ${SITE}/teams/:teamId`]: admin,
  [`DELETE ${SITE}/teams/:teamId`]: admin,

  // Operators keep their personal ones; those of a team or of everyone, and ?manage=1, are an admin's.
  [`GET ${REPLIES}`]: operator,
  [`POST ${REPLIES}`]: operator,
  [`PUT ${REPLIES}/:replyId`]: operator,
  [`POST ${REPLIES}/delete`]: operator,
  [`POST ${REPLIES}/files`]: operator,
  [`PUT ${REPLIES}/order`]: admin,
  [`POST ${REPLIES}/import`]: admin,
  [`GET ${REPLIES}/export`]: admin,
  [`GET ${SITE}/tags`]: operator,
  [`POST ${SITE}/tags`]: admin,
  [`PATCH ${SITE}/tags/:tagId`]: admin,
  [`POST ${SITE}/tags/:tagId/merge`]: admin,
  [`DELETE ${SITE}/tags/:tagId`]: admin,
  [`GET ${SITE}/hours`]: admin,
  [`PUT ${SITE}/hours`]: admin,
  [`GET ${SITE}/holidays`]: admin,
  [`GET ${SITE}/holidays/countries`]: admin,

  [`GET ${SITE}/api-keys`]: admin,
  [`POST ${SITE}/api-keys`]: admin,
  [`DELETE ${SITE}/api-keys/:keyId`]: admin,
  [`GET ${SITE}/audit`]: admin,
  [`GET ${SITE}/audit/export`]: admin,
  [`GET ${SITE}/audit/retention`]: admin,
  [`PUT ${SITE}/audit/retention`]: admin,
  [`GET ${SITE}/billing`]: superadmin,
  [`PUT ${SITE}/billing`]: superadmin,

  [`GET ${SITE}/dialogs`]: operator,
  [`GET ${SITE}/dialogs/counts`]: operator,
  [`POST ${SITE}/dialogs/changes`]: operator,
  [`POST ${SITE}/resume`]: operator,
  [`GET ${DIALOG}`]: operator,
  [`GET ${DIALOG}/events`]: operator,
  [`POST ${DIALOG}/messages`]: operator,
  [`POST ${DIALOG}/files`]: operator,
  [`POST ${DIALOG}/saved-files`]: operator,
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

  // Public by design (ADR 0008): they stand on customers' pages.
  'GET /api/avatars/:owner/:fileId': { who: 'anyone', rate: 'avatar' },
  // The address is signed.
  'GET /api/files/:siteId/:fileId': anyone,
  'GET /api/openapi.json': anyone,

  'GET /widget.js': anyone,
  'GET /widget/panel': anyone,
  'GET /widget/preview': anyone,
  'GET /widget/assets/:name': anyone,
  'GET /demo': anyone,
  'GET /': anyone,
  'GET /*path': anyone,
};
