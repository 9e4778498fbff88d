import { z } from 'zod';
import { clientMessageIdSchema, idSchema, localizedSchema, seqSchema, textSchema, timeSchema } from './common.js';
import { CHAT_VISIBILITIES, CORNERS, OFFLINE_ASKS, THEMES } from './words.js';

const url = z.string().max(4_000);
const page = z.strictObject({ url, title: z.string().max(1_000).default(''), referrer: url.default('') });

export const sessionBody = z
  .strictObject({
    siteId: idSchema,
    token: z.string().max(2_000).nullish(),
    page: page.nullish(),
    device: z
      .strictObject({
        language: z.string().max(100).default(''),
        timezone: z.string().max(100).default(''),
        screen: z.string().max(50).optional(),
      })
      .nullish(),
    /** From the console's preview or the demo page: the page's host does not count as one that has the widget. */
    preview: z.literal(true).optional(),
  })
  .meta({ id: 'OpenSession' });

/** What the widget draws itself by; pushed to it whenever something of it changes. */
export const widgetLookSchema = z
  .object({
    siteId: z.string(),
    name: z.string(),
    color: z.string(),
    language: z.enum(['auto', 'ru', 'en']),
    fallbackLanguage: z.enum(['ru', 'en']),
    greeting: localizedSchema.nullable(),
    poweredBy: z.boolean(),
    maxFileBytes: z.int(),
    avatarUrl: z.string().nullable(),
    caption: localizedSchema,
    hideCaption: z.boolean(),
    corner: z.enum(CORNERS),
    marginX: z.int(),
    marginY: z.int(),
    visibility: z.enum(CHAT_VISIBILITIES),
    theme: z.enum(THEMES),
    senderName: z.string(),
    online: z.boolean(),
    operators: z.array(z.object({ id: z.string(), name: z.string(), avatarUrl: z.string().nullable() })),
    offline: z
      .object({
        enabled: z.boolean(),
        text: localizedSchema,
        ask: z.enum(OFFLINE_ASKS),
        consentText: localizedSchema,
        consentUrl: z.string(),
      })
      .nullable(),
  })
  .meta({
    id: 'WidgetLook',
    description: '`operators`: at most three for the header, those who are online first.',
  });
export type WidgetLook = z.infer<typeof widgetLookSchema>;

export const widgetSettingsSchema = widgetLookSchema
  .extend({
    contact: z.object({
      name: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      userId: z.string().nullable(),
    }),
  })
  .meta({ id: 'WidgetSettings' });
export type WidgetSettings = z.infer<typeof widgetSettingsSchema>;

export const sessionSchema = z
  .object({ token: z.string(), contactId: z.string(), settings: widgetSettingsSchema })
  .meta({ id: 'WidgetSession' });
export const widgetSentSchema = z
  .object({ dialogId: z.string(), messageId: z.string(), seq: seqSchema })
  .meta({ id: 'WidgetSent' });
export const widgetAuthSchema = z.object({ token: z.string(), contactId: z.string() }).meta({ id: 'WidgetAuth' });

export const widgetSendBody = z
  .strictObject({ clientMessageId: clientMessageIdSchema, text: textSchema, dialogId: idSchema.nullish() })
  .meta({ id: 'WidgetSendText' });
export const receiptsBody = z
  .strictObject({ deliveredSeq: seqSchema.optional(), readSeq: seqSchema.optional() })
  .meta({ id: 'Receipts' });
export const widgetAuthBody = z
  .strictObject({ userId: z.string().min(1).max(200), hmac: z.string().min(1).max(200) })
  .meta({ id: 'WidgetAuthRequest' });
export const trackBody = z
  .strictObject({
    event: z.string().trim().min(1).max(200),
    /** Anything JSON has; the body's size bounds it. */
    props: z.record(z.string().max(100), z.unknown()).nullish(),
    at: timeSchema.nullish(),
  })
  .meta({ id: 'Track' });
export const pageViewBody = z
  .strictObject({ url, title: z.string().max(1_000).default(''), referrer: url.optional() })
  .meta({ id: 'PageView' });
