import { inject } from '@angular/core';
import type { ChatLook } from '@beseda/api';
import { I18n } from '../../i18n/i18n.js';
import { type MessageKey } from '../../i18n/ru.js';
import { color } from '../../kit/colors.js';
import { type FieldSpec, type Versioned } from '../../kit/form-types.js';
import { pick } from '../../kit/paths.js';
import { all, atMost, between, required, webAddress } from '../../kit/rules.js';
import { SettingsForm } from '../../kit/settings-form.js';
import { domainList, domainsOf } from './domains.js';
import { LIMITS, chatValueOf, type ChatValue, type Offline, type SiteSettings } from './site-settings.js';
import { type SiteSource } from './site-source.js';

export type ChatForm = SettingsForm<ChatValue>;

export const TABS = ['look', 'visibility', 'offline', 'languages', 'security'] as const;
export type ChatTab = (typeof TABS)[number];

/** The tab a field is on. */
export function tabOf(path: string): ChatTab {
  if (path === 'widget.visibility') return 'visibility';
  if (path.startsWith('offline.')) return 'offline';
  if (path === 'widget.language' || path === 'widget.fallbackLanguage') return 'languages';
  return path === 'domains' ? 'security' : 'look';
}

/** Whatever of the look is one of some words has a sentence for each of them. */
type Choices = {
  readonly [
    K in keyof ChatLook as ChatLook[K] extends string ? (string extends ChatLook[K] ? never : `widget.${K}`) : never
  ]: Readonly<Record<ChatLook[K] & string, MessageKey>>;
} & { readonly 'offline.ask': Readonly<Record<Offline['ask'], MessageKey>> };

/** A sentence for each value that is a choice; conflicts show it instead of the code. */
export const CHOICES = {
  'widget.visibility': {
    always: 'chat.visibility.always',
    dialog: 'chat.visibility.dialog',
    message: 'chat.visibility.message',
  },
  'widget.theme': { auto: 'chat.theme.auto', light: 'chat.theme.light', dark: 'chat.theme.dark' },
  'widget.language': { auto: 'chat.language.auto', ru: 'lang.ru', en: 'lang.en' },
  'widget.fallbackLanguage': { ru: 'lang.ru', en: 'lang.en' },
  'widget.corner': {
    'top-left': 'chat.corner.top-left',
    'top-right': 'chat.corner.top-right',
    'bottom-left': 'chat.corner.bottom-left',
    'bottom-right': 'chat.corner.bottom-right',
  },
  'offline.ask': { email: 'chat.ask.email', phone: 'chat.ask.phone', none: 'chat.ask.none' },
} as const satisfies Choices;

type Spec = FieldSpec<ChatValue>;

/** Every field of the page. */
export function specs(t: I18n['t']): readonly Spec[] {
  const chosen = (path: keyof typeof CHOICES) => (value: unknown) => {
    const key = Object.entries<MessageKey>(CHOICES[path]).find(([name]) => name === value)?.[1];
    return key ? t(key) : String(value);
  };
  const short =
    (max: number): Spec['rule'] =>
    () =>
      atMost(max);
  const margin: Spec['rule'] = () => between(0, LIMITS.margin);
  /** The consent line is a text with a link: one is of no use without the other. */
  const consent: Spec['rule'] =
    ({ offline }) =>
    (value) =>
      atMost(LIMITS.consentText)(value) ??
      (offline.consentUrl.trim() && !offline.consentText.ru.trim() && !offline.consentText.en.trim()
        ? { code: 'required' }
        : null);
  return [
    { path: 'widget.caption.ru', label: 'chat.caption', lang: 'ru', rule: short(LIMITS.caption) },
    { path: 'widget.caption.en', label: 'chat.caption', lang: 'en', rule: short(LIMITS.caption) },
    { path: 'widget.hideCaption', label: 'chat.hideCaption' },
    {
      path: 'widget.color',
      label: 'chat.color',
      rule: () => color,
    },
    { path: 'widget.corner', label: 'chat.corner', show: chosen('widget.corner') },
    { path: 'widget.marginX', label: 'chat.marginX', rule: margin },
    { path: 'widget.marginY', label: 'chat.marginY', rule: margin },
    { path: 'widget.greeting.ru', label: 'chat.greeting', lang: 'ru', rule: short(LIMITS.greeting) },
    { path: 'widget.greeting.en', label: 'chat.greeting', lang: 'en', rule: short(LIMITS.greeting) },
    { path: 'senderName', label: 'chat.senderName', rule: () => all(required, atMost(LIMITS.siteName)) },
    { path: 'widget.theme', label: 'chat.theme', show: chosen('widget.theme') },
    { path: 'widget.poweredBy', label: 'chat.poweredBy' },
    { path: 'widget.visibility', label: 'chat.visibility', show: chosen('widget.visibility') },
    { path: 'offline.enabled', label: 'chat.offline.enabled' },
    { path: 'offline.text.ru', label: 'chat.offline.text', lang: 'ru', rule: short(LIMITS.offlineText) },
    { path: 'offline.text.en', label: 'chat.offline.text', lang: 'en', rule: short(LIMITS.offlineText) },
    { path: 'offline.ask', label: 'chat.ask', show: chosen('offline.ask') },
    { path: 'offline.consentText.ru', label: 'chat.consentText', lang: 'ru', rule: consent },
    { path: 'offline.consentText.en', label: 'chat.consentText', lang: 'en', rule: consent },
    { path: 'offline.consentUrl', label: 'chat.consentUrl', rule: () => webAddress },
    { path: 'widget.language', label: 'chat.language', show: chosen('widget.language') },
    { path: 'widget.fallbackLanguage', label: 'chat.fallbackLanguage', show: chosen('widget.fallbackLanguage') },
    { path: 'domains', label: 'chat.domains', rule: () => domainList },
  ];
}

export const versioned = (settings: SiteSettings): Versioned<ChatValue> => ({
  version: settings.version,
  value: chatValueOf(settings),
});

/** The body of the PATCH: what was changed; texts go in both languages, the offline message goes as a whole. */
function bodyOf(value: ChatValue, changed: readonly string[], version: number): Readonly<Record<string, unknown>> {
  const offline = changed.some((path) => path.startsWith('offline.'));
  const rest = changed
    .filter((path) => !path.startsWith('offline.') && path !== 'domains')
    .map((path) => path.replace(/\.(ru|en)$/, ''));
  return {
    version,
    ...pick(value, rest),
    ...(changed.includes('domains') ? { domains: domainsOf(value.domains) } : {}),
    ...(offline ? { offline: { ...value.offline, consentUrl: value.offline.consentUrl.trim() } } : {}),
  };
}

/** The form of the chat page. Call in an injection context. */
export function chatForm(source: SiteSource, reveal: (path: string) => void): ChatForm {
  return new SettingsForm<ChatValue>({
    name: 'chat',
    kind: 'site',
    fields: specs(inject(I18n).t),
    load: async (siteId) => versioned(await source.load(siteId)),
    save: async (siteId, value, changed, version) =>
      versioned(await source.patch(siteId, bodyOf(value, changed, version))),
    reveal,
  });
}
