import type { ChatLook, Role, SiteSettingsPatch, Visibility } from '@beseda/api';
import { type I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { type Offline } from '../settings/chat/site-settings.js';
import { type AuditEntry } from './model.js';

/** Subjects one can filter by. */
export const SUBJECTS = [
  'site',
  'operator',
  'team',
  'tag',
  'saved_reply',
  'hours',
  'api_key',
  'licence',
  'audit',
] as const;

const SUBJECT_NAMES: Readonly<Record<string, MessageKey>> = {
  site: 'system.subject.site',
  operator: 'system.subject.operator',
  team: 'system.subject.team',
  tag: 'system.subject.tag',
  saved_reply: 'system.subject.saved_reply',
  hours: 'system.subject.hours',
  api_key: 'system.subject.api_key',
  licence: 'system.subject.licence',
  audit: 'system.subject.audit',
};

/** The last word of an action, whatever it was done to. */
const VERBS: Readonly<Record<string, MessageKey>> = {
  created: 'system.verb.created',
  added: 'system.verb.added',
  updated: 'system.verb.changed',
  set: 'system.verb.changed',
  deleted: 'system.verb.deleted',
  removed: 'system.verb.removed',
  merged: 'system.verb.merged',
  ordered: 'system.verb.ordered',
  imported: 'system.verb.imported',
  exported: 'system.verb.exported',
  invited_again: 'system.verb.invited',
  disabled: 'system.verb.disabled',
  enabled: 'system.verb.enabled',
  revoked: 'system.verb.revoked',
  identity_secret_rotated: 'system.verb.secret',
  teams_changed: 'system.verb.teams',
  retention_changed: 'system.verb.retention',
  created_by_single_sign_on: 'system.verb.ssoCreated',
  role_by_groups: 'system.verb.ssoRole',
  single_sign_on_linked: 'system.verb.ssoLinked',
  signed_in: 'system.verb.signedIn',
  locked: 'system.verb.locked',
  password_set_by_command: 'system.verb.passwordCommand',
  password_changed: 'system.verb.password',
  password_reset: 'system.verb.passwordReset',
  second_factor_on: 'system.verb.factorOn',
  second_factor_off: 'system.verb.factorOff',
  recovery_codes_renewed: 'system.verb.codes',
  sessions_ended: 'system.verb.sessions',
};

/** What people set for a site; a setting without a word here does not compile. */
type SiteSetting = keyof ChatLook | keyof Offline | Exclude<keyof SiteSettingsPatch, 'version' | 'widget'>;
const SITE_PATHS: Readonly<Record<SiteSetting, MessageKey>> = {
  name: 'system.path.name',
  domains: 'system.path.domains',
  senderName: 'system.path.senderName',
  reopenWindowHours: 'system.path.reopen',
  maxFileBytes: 'system.path.maxFile',
  offline: 'system.path.offline',
  color: 'system.path.color',
  greeting: 'system.path.greeting',
  caption: 'system.path.caption',
  hideCaption: 'system.path.hideCaption',
  poweredBy: 'system.path.poweredBy',
  corner: 'system.path.corner',
  marginX: 'system.path.marginX',
  marginY: 'system.path.marginY',
  visibility: 'system.path.visibility',
  theme: 'system.path.theme',
  language: 'system.path.language',
  fallbackLanguage: 'system.path.fallbackLanguage',
  enabled: 'system.path.enabled',
  text: 'system.path.text',
  ask: 'system.path.ask',
  consentText: 'system.path.consentText',
  consentUrl: 'system.path.consentUrl',
};

const PATHS: Readonly<Record<string, MessageKey>> = {
  ...SITE_PATHS,
  internalName: 'system.path.internalName',
  email: 'system.path.email',
  role: 'system.path.role',
  disabled: 'system.path.disabled',
  noContactExport: 'system.path.noContactExport',
  noMassMailing: 'system.path.noMassMailing',
  teamIds: 'system.path.teams',
  operatorIds: 'system.path.members',
  locale: 'system.path.language',
  avatar: 'system.path.avatar',
  avatarFileId: 'system.path.avatar',
  title: 'system.path.title',
  folder: 'system.path.folder',
  prefix: 'system.path.prefix',
  scopes: 'system.path.scopes',
  way: 'system.path.way',
  days: 'system.path.days',
  timezone: 'system.path.timezone',
  holidays: 'system.path.holidays',
  identitySecret: 'system.path.identitySecret',
  secondFactor: 'system.path.secondFactor',
  password: 'system.path.password',
  ru: 'lang.ru',
  en: 'lang.en',
};

/** "администратор", or the server's word for something new. */
export function subjectWord(subject: string, t: I18n['t']): string {
  const key = SUBJECT_NAMES[subject] ?? SUBJECT_NAMES[subject.replaceAll('-', '_')];
  return key ? t(key) : subject;
}

/** "Вход запрещён", or the server's code for something new. */
export function actionWord(action: string, t: I18n['t']): string {
  const last = snake(action.split('.').at(-1) ?? action);
  const key = VERBS[last];
  return key ? t(key) : action;
}

/** "имя", "приветствие, English": each part that has a word, else as it is. People have a name, things a title. */
export function pathWord(path: string, t: I18n['t'], subject = 'operator'): string {
  if (path === 'name' && subject !== 'operator') return t('system.path.title');
  const words = path
    .split('.')
    .filter((part) => part !== 'widget')
    .map((part) => {
      const key = PATHS[part] ?? PATHS[camel(part)];
      return key ? t(key) : part;
    });
  return words.join(', ') || path;
}

const ROLE_WORDS: Readonly<Record<Role, MessageKey>> = {
  operator: 'system.value.operator',
  admin: 'system.value.admin',
  superadmin: 'system.value.superadmin',
};
const VISIBILITY_WORDS: Readonly<Record<Visibility, MessageKey>> = {
  all: 'system.value.all',
  team: 'system.value.team',
  unassigned: 'system.value.unassigned',
  own: 'system.value.own',
};
const VALUES: Readonly<Record<string, Readonly<Record<string, MessageKey>>>> = {
  role: ROLE_WORDS,
  visibility: VISIBILITY_WORDS,
  way: { password: 'system.value.password', single_sign_on: 'system.value.sso' },
};

/** Paths whose values are ids of people or teams. */
const NAMED = new Set(['operatorId', 'operatorIds', 'teamId', 'teamIds']);

/**
 * A value as it can be read: texts without quotes, switches and choices in words; empty: there is none.
 * `nameOf` names people and teams by their id; one that it does not know (any more) stays an id.
 */
export function valueWord(
  path: string,
  value: unknown,
  t: I18n['t'],
  nameOf: (id: string) => string | undefined = () => undefined,
): string {
  const plain = parsed(value);
  if (plain === undefined || plain === null || plain === '') return '';
  const last = path.split('.').at(-1) ?? path;
  if (typeof plain === 'string' && NAMED.has(last)) return nameOf(plain) ?? plain;
  const word = typeof plain === 'string' ? VALUES[last]?.[plain] : undefined;
  if (word) return t(word);
  if (typeof plain === 'boolean') return t(plain ? 'system.value.yes' : 'system.value.no');
  if (Array.isArray(plain)) return plain.map((one) => valueWord(path, one, t, nameOf)).join(', ');
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** What one line of the log says it was done to. */
export function subjectLine(entry: AuditEntry, t: I18n['t']): string {
  const name = entry.subjectName || entry.subjectId;
  return name ? `${subjectWord(entry.subject, t)}: ${name}` : subjectWord(entry.subject, t);
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value === '' ? undefined : value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // SyntaxError: the text itself, or a value that was cut because it is long
    return value;
  }
}

const snake = (text: string): string =>
  text
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
const camel = (text: string): string => text.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
