import { z } from 'zod';
import { clientMessageIdSchema, idSchema, localizedSchema, seqSchema, textSchema, timeSchema } from './common.js';
import { chatLookSchema } from './chat-look.js';
import { LIMITS } from './limits.js';
import { offlineSchema } from './site-settings.js';
import { requiredText } from './text.js';

/** Address and title of a page, as a browser gives them. */
export const pageUrlField = z.string().max(LIMITS.pageUrl);
export const pageTitleField = z.string().max(LIMITS.pageTitle);
/** A word about a device. */
export const deviceField = z.string().max(LIMITS.deviceWord);
const page = z.strictObject({
  url: pageUrlField,
  title: pageTitleField.default(''),
  referrer: pageUrlField.default(''),
});

export const sessionBody = z
  .strictObject({
    siteId: idSchema,
    token: z.string().max(LIMITS.visitorToken).nullish(),
    page: page.nullish(),
    device: z
      .strictObject({
        language: deviceField.default(''),
        timezone: deviceField.default(''),
        screen: deviceField.optional(),
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
    ...chatLookSchema.shape,
    /** Null: nothing is said. */
    greeting: localizedSchema.nullable(),
    maxFileBytes: z.int(),
    avatarUrl: z.string().nullable(),
    senderName: z.string(),
    online: z.boolean(),
    operators: z.array(z.object({ id: z.string(), name: z.string(), avatarUrl: z.string().nullable() })),
    offline: offlineSchema.nullable(),
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
export const userIdField = z.string().min(1).max(LIMITS.userId);
/** HMAC-SHA-256 of the user's id. */
export const hmacField = z.string().regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits');
export const widgetAuthBody = z
  .strictObject({ userId: userIdField, hmac: hmacField })
  .meta({ id: 'WidgetAuthRequest' });
export const eventNameField = requiredText(LIMITS.eventName);

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

/** Anything JSON has, within bounds. */
export const eventPropsField = z
  .record(z.string(), z.unknown())
  .refine((given) => depthOf(given) <= LIMITS.eventPropsDepth, {
    error: `may be nested at most ${LIMITS.eventPropsDepth} deep`,
    params: { code: 'too_large' },
  })
  .refine((given) => JSON.stringify(given).length <= LIMITS.eventPropsJson, {
    error: `may have at most ${LIMITS.eventPropsJson} characters as JSON`,
    params: { code: 'too_large' },
  });

export const trackBody = z
  .strictObject({
    event: eventNameField,
    props: eventPropsField.nullish(),
    at: timeSchema.nullish(),
  })
  .meta({ id: 'Track' });
export const pageViewBody = z
  .strictObject({ url: pageUrlField, title: pageTitleField.default(''), referrer: pageUrlField.optional() })
  .meta({ id: 'PageView' });
