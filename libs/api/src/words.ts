/** Lists of words that the API, the services and the browsers share. Each stands here and nowhere else. */

export const CHANNELS = ['chat', 'popup', 'email', 'telegram', 'vk', 'facebook'] as const;
export const STATUSES = ['open', 'closed', 'finalized'] as const;
export const AUTHORS = ['contact', 'operator', 'automation'] as const;
export type ChannelName = (typeof CHANNELS)[number];
export type StatusName = (typeof STATUSES)[number];
export type AuthorName = (typeof AUTHORS)[number];

export const CORNERS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export const CHAT_VISIBILITIES = ['always', 'dialog', 'message'] as const;
export const THEMES = ['auto', 'light', 'dark'] as const;
export const OFFLINE_ASKS = ['email', 'phone', 'none'] as const;
/** Languages texts are written in. */
export const LOCALES = ['ru', 'en'] as const;
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
