import { type Type } from '@angular/core';
import { type Role } from '../core/model.js';
import { type PartName } from '../i18n/parts.js';
import { type MessageKey } from '../i18n/ru.js';

/** Groups of the navigation, in its order. */
export const GROUPS = ['site', 'dialogs', 'system', 'personal'] as const;
export type SettingsGroup = (typeof GROUPS)[number];

/** One page of the settings: its route, its line in the navigation and who may see both. */
export interface SettingsPage {
  /** Last part of the URL. */
  readonly path: string;
  readonly group: SettingsGroup;
  /** A text of the part `settings`: the navigation shows it before the page is loaded. */
  readonly label: MessageKey;
  readonly roles: readonly Role[];
  /** Roles that find the page under what is theirs alone. */
  readonly personalFor?: readonly Role[];
  /** Texts the page needs beside those of the part `settings`. */
  readonly parts: readonly PartName[];
  readonly load: () => Promise<Type<unknown>>;
}

export const EVERYBODY: readonly Role[] = ['operator', 'admin', 'superadmin'];
export const ADMINS: readonly Role[] = ['admin', 'superadmin'];
export const OWNERS: readonly Role[] = ['superadmin'];

/** In the order of the navigation. */
export const PAGES: readonly SettingsPage[] = [
  {
    path: 'chat',
    group: 'site',
    label: 'settings.nav.chat',
    roles: ADMINS,
    parts: ['chat'],
    load: () => import('./chat/chat-page.js').then((m) => m.ChatPage),
  },
  {
    path: 'operators',
    group: 'site',
    label: 'settings.nav.operators',
    roles: ADMINS,
    parts: ['people'],
    load: () => import('../people/operators.js').then((m) => m.Operators),
  },
  {
    path: 'teams',
    group: 'site',
    label: 'settings.nav.teams',
    roles: ADMINS,
    parts: ['people'],
    load: () => import('../people/teams.js').then((m) => m.Teams),
  },
  {
    path: 'hours',
    group: 'site',
    label: 'settings.nav.hours',
    roles: ADMINS,
    parts: ['hours'],
    load: () => import('./hours/hours-page.js').then((m) => m.HoursPage),
  },
  {
    path: 'saved-replies',
    group: 'dialogs',
    label: 'settings.nav.replies',
    roles: EVERYBODY,
    personalFor: ['operator'],
    parts: ['library'],
    load: () => import('../library/replies-page.js').then((m) => m.RepliesPage),
  },
  {
    path: 'tags',
    group: 'dialogs',
    label: 'settings.nav.tags',
    roles: ADMINS,
    parts: ['library'],
    load: () => import('../library/tags-page.js').then((m) => m.TagsPage),
  },
  {
    path: 'closing',
    group: 'dialogs',
    label: 'settings.nav.closing',
    roles: ADMINS,
    parts: ['chat'],
    load: () => import('./closing/closing-page.js').then((m) => m.ClosingPage),
  },
  {
    path: 'api-keys',
    group: 'system',
    label: 'settings.nav.keys',
    roles: ADMINS,
    parts: ['system'],
    load: () => import('../system/api-keys.js').then((m) => m.ApiKeys),
  },
  {
    path: 'audit',
    group: 'system',
    label: 'settings.nav.audit',
    roles: ADMINS,
    parts: ['system'],
    load: () => import('../system/audit.js').then((m) => m.Audit),
  },
  {
    path: 'billing',
    group: 'system',
    label: 'settings.nav.billing',
    roles: OWNERS,
    parts: ['system'],
    load: () => import('../system/billing.js').then((m) => m.BillingPage),
  },
  {
    path: 'account',
    group: 'personal',
    label: 'settings.nav.account',
    roles: EVERYBODY,
    parts: ['account', 'signin'],
    load: () => import('../account/account-page.js').then((m) => m.AccountPage),
  },
];

/** The pages a role may see; those that are personal for it come last. */
export function pagesFor(role: Role | undefined): readonly SettingsPage[] {
  if (!role) return [];
  const pages = PAGES.filter((page) => page.roles.includes(role));
  const isOwn = (page: SettingsPage): boolean => page.personalFor?.includes(role) ?? false;
  const own = pages.filter(isOwn).map((page): SettingsPage => ({ ...page, group: 'personal' }));
  return [...pages.filter((page) => !isOwn(page)), ...own];
}
