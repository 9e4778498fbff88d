import type { z } from 'zod';
import {
  accountPatch,
  accountSchema,
  changePasswordBody,
  codeBody,
  recoveryCodesAnswer,
  secondFactorSecret,
  sessionsAnswer,
  startSecondFactorBody,
  statusAnswer,
  statusBody,
} from './account.js';
import { createSiteBody, createdSite, patchSiteBody, siteDetailsSchema, sitesAnswer } from './admin.js';
import { contactCardSchema, contactPatch, identifyBody } from './contacts.js';
import {
  assignedSchema,
  assigneeBody,
  changesBody,
  changesSchema,
  countsQuery,
  countsSchema,
  dialogDetailsSchema,
  dialogItemsSchema,
  dialogPageSchema,
  eventsQuery,
  eventsSchema,
  fileUrlSchema,
  listQuery,
  notedSchema,
  readBody,
  resumeBody,
  resumedSchema,
  sendBody,
  sentSchema,
  taggedSchema,
  tagsBody,
  uploadFields,
} from './dialogs.js';
import {
  countriesAnswer,
  countriesQuery,
  createRepliesBody,
  createTagBody,
  holidaysAnswer,
  holidaysQuery,
  hoursSchema,
  idsBody,
  importAnswer,
  importQuery,
  mergeTagBody,
  savedFileBody,
  savedFileSchema,
  savedRepliesAnswer,
  savedRepliesQuery,
  savedReplySchema,
  tagPatch,
  tagSchema,
  tagsAnswer,
  tagsQuery,
  updateReplyBody,
} from './library.js';
import {
  createOperatorBody,
  createTeamBody,
  createdOperator,
  createdTeam,
  inviteBody,
  invitedAnswer,
  managedOperatorSchema,
  managedOperatorsAnswer,
  operatorPatch,
  operatorsAnswer,
  presenceAnswer,
  teamPatch,
  teamsAnswer,
  versionAnswer,
} from './operators.js';
import {
  confirmResetBody,
  continueBody,
  loginAnswer,
  loginBody,
  meAnswer,
  optionsAnswer,
  resetBody,
  sessionAnswer,
} from './sign-in.js';
import { mailAnswer, secretAnswer, siteSettingsPatch, siteSettingsSchema } from './site-settings.js';
import {
  apiKeysAnswer,
  auditAnswer,
  auditExportQuery,
  auditQuery,
  billingAnswer,
  billingBody,
  createKeyBody,
  createdKey,
  retentionAnswer,
  retentionBody,
} from './system.js';
import {
  pageViewBody,
  receiptsBody,
  sessionBody,
  sessionSchema,
  trackBody,
  widgetAuthBody,
  widgetAuthSchema,
  widgetSendBody,
  widgetSentSchema,
} from './widget.js';

/** What a route takes and answers. Without an answer it says 204 and nothing. */
export interface Route {
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly answer?: z.ZodType;
  /** Of success; 200, or 204 where there is no answer. */
  readonly status?: number;
  /** The body is a form with one file; `body` are its other fields. */
  readonly upload?: true;
  /** The answer is no JSON that a schema describes: a file, a page, a redirect. */
  readonly other?: true;
}

const SITE = '/api/sites/:siteId';
const DIALOG = `${SITE}/dialogs/:dialogId`;
const OPERATOR = `${SITE}/operators/:operatorId`;
const REPLIES = `${SITE}/saved-replies`;
const WIDGET_DIALOG = '/api/widget/dialogs/:dialogId';

/** Every route of the API by its method and path; a test of the gateway holds its controllers against it. */
export const API_ROUTES: Readonly<Record<string, Route>> = {
  'POST /api/auth/login': { body: loginBody, answer: loginAnswer },
  'POST /api/auth/login/continue': { body: continueBody, answer: loginAnswer },
  'POST /api/auth/refresh': { answer: sessionAnswer },
  'POST /api/auth/logout': {},
  'GET /api/auth/me': { answer: meAnswer },
  'GET /api/auth/options': { answer: optionsAnswer },
  'POST /api/auth/password-reset': { body: resetBody },
  'POST /api/auth/password-reset/confirm': { body: confirmResetBody },
  'GET /api/auth/oidc/start': { other: true },
  'GET /api/auth/oidc/callback': { other: true },

  'POST /api/account/password': { body: changePasswordBody },
  'GET /api/account/sessions': { answer: sessionsAnswer },
  'DELETE /api/account/sessions/:sessionId': {},
  'DELETE /api/account/sessions': {},
  'POST /api/account/second-factor': { body: startSecondFactorBody, answer: secondFactorSecret },
  'POST /api/account/second-factor/confirm': { body: codeBody, answer: recoveryCodesAnswer },
  'DELETE /api/account/second-factor': { body: codeBody },
  'POST /api/account/recovery-codes': { body: codeBody, answer: recoveryCodesAnswer },
  'GET /api/account': { answer: accountSchema },
  'PATCH /api/account': { body: accountPatch, answer: accountSchema },
  'PUT /api/account/avatar': { upload: true, answer: accountSchema },
  'DELETE /api/account/avatar': { answer: accountSchema },
  'PUT /api/account/status': { body: statusBody, answer: statusAnswer },

  [`GET ${SITE}/api-keys`]: { answer: apiKeysAnswer },
  [`POST ${SITE}/api-keys`]: { body: createKeyBody, answer: createdKey, status: 201 },
  [`DELETE ${SITE}/api-keys/:keyId`]: {},
  [`GET ${SITE}/audit`]: { query: auditQuery, answer: auditAnswer },
  [`GET ${SITE}/audit/export`]: { query: auditExportQuery, other: true },
  [`GET ${SITE}/audit/retention`]: { answer: retentionAnswer },
  [`PUT ${SITE}/audit/retention`]: { body: retentionBody, answer: retentionAnswer },
  [`GET ${SITE}/billing`]: { answer: billingAnswer },
  [`PUT ${SITE}/billing`]: { body: billingBody, answer: billingAnswer },
  [`GET ${SITE}/hours`]: { answer: hoursSchema },
  [`PUT ${SITE}/hours`]: { body: hoursSchema, answer: hoursSchema },
  [`GET ${SITE}/holidays/countries`]: { query: countriesQuery, answer: countriesAnswer },
  [`GET ${SITE}/holidays`]: { query: holidaysQuery, answer: holidaysAnswer },
  [`GET ${SITE}/operators`]: { answer: operatorsAnswer },
  [`GET ${SITE}/presence`]: { answer: presenceAnswer },
  [`GET ${SITE}/operators/manage`]: { answer: managedOperatorsAnswer },
  [`POST ${SITE}/operators`]: { body: createOperatorBody, answer: createdOperator, status: 201 },
  [`PATCH ${OPERATOR}`]: { body: operatorPatch, answer: managedOperatorSchema },
  [`DELETE ${OPERATOR}`]: {},
  [`POST ${OPERATOR}/invite`]: { body: inviteBody, answer: invitedAnswer },
  [`PUT ${OPERATOR}/avatar`]: { upload: true, answer: managedOperatorSchema },
  [`DELETE ${OPERATOR}/avatar`]: { answer: managedOperatorSchema },
  [`GET ${REPLIES}`]: { query: savedRepliesQuery, answer: savedRepliesAnswer },
  [`POST ${REPLIES}`]: { body: createRepliesBody, answer: savedRepliesAnswer, status: 201 },
  [`POST ${REPLIES}/delete`]: { body: idsBody },
  [`PUT ${REPLIES}/order`]: { body: idsBody },
  [`PUT ${REPLIES}/:replyId`]: { body: updateReplyBody, answer: savedReplySchema },
  [`POST ${REPLIES}/files`]: { upload: true, answer: savedFileSchema },
  [`POST ${REPLIES}/import`]: { query: importQuery, answer: importAnswer },
  [`GET ${REPLIES}/export`]: { other: true },
  [`GET ${SITE}/settings`]: { answer: siteSettingsSchema },
  [`PATCH ${SITE}/settings`]: { body: siteSettingsPatch, answer: siteSettingsSchema },
  [`PUT ${SITE}/avatar`]: { upload: true, answer: siteSettingsSchema },
  [`DELETE ${SITE}/avatar`]: { answer: siteSettingsSchema },
  [`GET ${SITE}/identity-secret`]: { answer: secretAnswer },
  [`POST ${SITE}/identity-secret/rotate`]: { answer: secretAnswer },
  [`GET ${SITE}/mail`]: { answer: mailAnswer },
  'GET /api/sites': { answer: sitesAnswer },
  'POST /api/sites': { body: createSiteBody, answer: createdSite, status: 201 },
  [`PATCH ${SITE}`]: { body: patchSiteBody, answer: siteDetailsSchema },
  [`GET ${SITE}/tags`]: { query: tagsQuery, answer: tagsAnswer },
  [`POST ${SITE}/tags`]: { body: createTagBody, answer: tagSchema, status: 201 },
  [`PATCH ${SITE}/tags/:tagId`]: { body: tagPatch, answer: tagSchema },
  [`POST ${SITE}/tags/:tagId/merge`]: { body: mergeTagBody, answer: tagSchema },
  [`DELETE ${SITE}/tags/:tagId`]: {},
  [`GET ${SITE}/teams`]: { answer: teamsAnswer },
  [`POST ${SITE}/teams`]: { body: createTeamBody, answer: createdTeam, status: 201 },
  [`PATCH ${SITE}/teams/:teamId`]: { body: teamPatch, answer: versionAnswer },
  [`DELETE ${SITE}/teams/:teamId`]: {},

  [`POST ${DIALOG}/messages`]: { body: sendBody, answer: sentSchema },
  [`POST ${DIALOG}/files`]: { upload: true, body: uploadFields, answer: sentSchema },
  [`POST ${DIALOG}/saved-files`]: { body: savedFileBody, answer: sentSchema },
  [`GET ${DIALOG}/files/:fileId`]: { answer: fileUrlSchema },
  [`POST ${DIALOG}/notes`]: { body: sendBody, answer: notedSchema },
  [`PUT ${DIALOG}/tags`]: { body: tagsBody, answer: taggedSchema },
  [`PUT ${DIALOG}/assignee`]: { body: assigneeBody, answer: assignedSchema },
  [`PUT ${DIALOG}/read`]: { body: readBody },
  [`POST ${DIALOG}/close`]: {},
  [`POST ${DIALOG}/reopen`]: {},
  [`GET ${SITE}/dialogs`]: { query: listQuery, answer: dialogPageSchema },
  [`GET ${SITE}/dialogs/counts`]: { query: countsQuery, answer: countsSchema },
  [`POST ${SITE}/dialogs/changes`]: { body: changesBody, answer: changesSchema },
  [`GET ${DIALOG}`]: { answer: dialogDetailsSchema },
  [`GET ${DIALOG}/events`]: { query: eventsQuery, answer: eventsSchema },
  [`POST ${SITE}/resume`]: { body: resumeBody, answer: resumedSchema },

  [`GET ${SITE}/contacts/:contactId`]: { answer: contactCardSchema },
  [`PATCH ${SITE}/contacts/:contactId`]: { body: contactPatch, answer: contactCardSchema },
  [`GET ${SITE}/contacts/:contactId/dialogs`]: { answer: dialogItemsSchema },

  'GET /api/widget/dialogs': { answer: dialogItemsSchema },
  [`GET ${WIDGET_DIALOG}/events`]: { query: eventsQuery, answer: eventsSchema },
  [`GET ${WIDGET_DIALOG}/files/:fileId`]: { answer: fileUrlSchema },
  [`POST ${WIDGET_DIALOG}/receipts`]: { body: receiptsBody },
  'POST /api/widget/messages': { body: widgetSendBody, answer: widgetSentSchema },
  'POST /api/widget/files': { upload: true, body: uploadFields, answer: widgetSentSchema },
  'POST /api/widget/resume': { body: resumeBody, answer: resumedSchema },
  'POST /api/widget/sessions': { body: sessionBody, answer: sessionSchema },
  'POST /api/widget/identify': { body: identifyBody },
  'POST /api/widget/auth': { body: widgetAuthBody, answer: widgetAuthSchema },
  'POST /api/widget/track': { body: trackBody },
  'POST /api/widget/pageviews': { body: pageViewBody },

  'GET /api/avatars/:owner/:fileId': { other: true },
  'GET /api/files/:siteId/:fileId': { other: true },
  'GET /api/openapi.json': { other: true },
};

const PATTERNS = Object.keys(API_ROUTES)
  .map((name) => ({ name, pattern: new RegExp(`^${name.replaceAll(/:\w+/g, '[^/]+')}$`) }))
  // a word of its own comes before a parameter: `/dialogs/counts` is no dialog
  .sort((a, b) => a.name.split(':').length - b.name.split(':').length);

/** The route a request is meant for, as {@link API_ROUTES} names it; undefined: there is none. */
export const routeOf = (method: string, path: string): string | undefined =>
  PATTERNS.find(({ pattern }) => pattern.test(`${method} ${path}`))?.name;
