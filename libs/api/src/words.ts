/** Lists of words that the API, the services and the browsers share. Each stands here and nowhere else. */

export const CHANNELS = ['chat', 'popup', 'email', 'telegram', 'vk', 'facebook'] as const;
export const STATUSES = ['open', 'closed', 'finalized'] as const;
export const AUTHORS = ['contact', 'operator', 'automation'] as const;
/** What made an event. */
export const ACTOR_KINDS = [...AUTHORS, 'service'] as const;
/** What a message was written in, or what wrote it. */
export const SENT_VIAS = [
  'web-console',
  'desktop-app',
  'android',
  'email',
  'manual',
  'auto-reply',
  'trigger',
  'api',
  'widget',
] as const;
export const ASSIGN_REASONS = ['first-answer', 'manual'] as const;
export const CLOSE_REASONS = ['manual'] as const;
export const REOPEN_REASONS = ['manual', 'contact-wrote', 'operator-wrote'] as const;
export type ChannelName = (typeof CHANNELS)[number];
export type StatusName = (typeof STATUSES)[number];
export type AuthorName = (typeof AUTHORS)[number];
export type SentVia = (typeof SENT_VIAS)[number];
export type Locale = (typeof LOCALES)[number];

export const CORNERS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export const CHAT_VISIBILITIES = ['always', 'dialog', 'message'] as const;
export const THEMES = ['auto', 'light', 'dark'] as const;
export const OFFLINE_ASKS = ['email', 'phone', 'none'] as const;
/** Languages texts are written in. */
export const LOCALES = ['ru', 'en'] as const;
/** Languages of the chat; `auto` is the visitor's. */
export const CHAT_LANGUAGES = ['auto', ...LOCALES] as const;
export const PRESENCES = ['online', 'away', 'offline'] as const;

/** Roles of an operator on one site, weakest first. */
export const ROLES = ['operator', 'admin', 'superadmin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Which dialogs an operator sees, widest first: all; nobody's, his own and those of members of his teams; nobody's and his
 * own; his own.
 */
export const VISIBILITIES = ['all', 'team', 'unassigned', 'own'] as const;
export type Visibility = (typeof VISIBILITIES)[number];
