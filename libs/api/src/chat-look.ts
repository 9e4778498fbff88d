import { z } from 'zod';
import { colorField } from './fields.js';
import { LIMITS } from './limits.js';
import { localizedField, manyLines, oneLine } from './text.js';
import { CHAT_LANGUAGES, CHAT_VISIBILITIES, CORNERS, LOCALES, THEMES } from './words.js';

const margin = z.int().min(0).max(LIMITS.margin);

/**
 * How the chat looks and behaves: every choice of the settings page. The answers and bodies of the API, the widget's settings,
 * what `admin` stores, checks and publishes, and the audit log are made of these keys: a new setting begins here, with a
 * default below and the field of the same name in `WidgetSettings` of `settings.proto`.
 */
export const chatLookSchema = z.strictObject({
  color: colorField,
  language: z.enum(CHAT_LANGUAGES),
  /** Spoken when `language` is `auto` and the visitor's is neither. */
  fallbackLanguage: z.enum(LOCALES),
  greeting: localizedField(LIMITS.greeting, manyLines),
  /** As chosen; a licence may have to allow hiding it. */
  poweredBy: z.boolean(),
  /** Beside the picture of the collapsed chat. */
  caption: localizedField(LIMITS.caption, oneLine),
  hideCaption: z.boolean(),
  corner: z.enum(CORNERS),
  /** Pixels between the collapsed chat and the edges of the window. */
  marginX: margin,
  marginY: margin,
  /** Shown always, only to a contact that ever had a dialog, only on a new message. */
  visibility: z.enum(CHAT_VISIBILITIES),
  theme: z.enum(THEMES),
});
export type ChatLook = z.infer<typeof chatLookSchema>;

/** Names of the settings, in order. */
export const CHAT_LOOK_KEYS = Object.keys(chatLookSchema.shape) as (keyof ChatLook)[];

/** What a new site begins with, and what a stored one has of a setting that came after it. */
export const DEFAULT_CHAT_LOOK: ChatLook = {
  color: '#0b6070',
  language: 'auto',
  fallbackLanguage: 'en',
  greeting: {
    ru: 'Здравствуйте! Напишите нам: ответим прямо здесь.',
    en: 'Hello! Write to us, we answer right here.',
  },
  poweredBy: true,
  caption: { ru: 'Напишите нам', en: 'Write to us' },
  hideCaption: false,
  corner: 'bottom-right',
  marginX: 20,
  marginY: 20,
  visibility: 'always',
  theme: 'auto',
};
