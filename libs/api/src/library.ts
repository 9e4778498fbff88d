import { z } from 'zod';
import { clientMessageIdSchema, idSchema, timeSchema } from './common.js';
import { colorField, versionField } from './fields.js';

const AUDIENCES = ['everyone', 'team', 'personal'] as const;

export const savedFileSchema = z
  .object({ id: z.string(), name: z.string(), type: z.string(), size: z.int(), url: z.string() })
  .meta({ id: 'SavedFile' });

export const savedReplySchema = z
  .object({
    id: z.string(),
    version: z.int(),
    title: z.string(),
    text: z.string(),
    folder: z.string(),
    audience: z.object({
      kind: z.enum(AUDIENCES),
      teamId: z.string().optional(),
      operatorId: z.string().optional(),
    }),
    files: z.array(savedFileSchema),
    updatedAt: timeSchema,
  })
  .meta({ id: 'SavedReply' });
export type SavedReplyShape = z.infer<typeof savedReplySchema>;
export const savedRepliesAnswer = z.object({ items: z.array(savedReplySchema) }).meta({ id: 'SavedReplies' });
export const savedRepliesQuery = z.strictObject({ manage: z.enum(['0', '1', 'true', 'false']).optional() });

const content = {
  title: z.string().trim().min(1).max(200),
  text: z.string().max(10_000),
  folder: z.string().trim().max(200),
  audience: z.strictObject({ kind: z.enum(AUDIENCES), teamId: idSchema.optional(), operatorId: idSchema.optional() }),
  fileIds: z.array(idSchema).max(20),
};
const newReply = z.strictObject({
  ...content,
  folder: content.folder.default(''),
  fileIds: content.fileIds.default([]),
});
export type NewReply = z.infer<typeof newReply>;
export const createRepliesBody = z
  .strictObject({ items: z.array(newReply).min(1).max(200) })
  .meta({ id: 'CreateSavedReplies' });
export const updateReplyBody = z.strictObject({ version: versionField, ...content }).meta({ id: 'UpdateSavedReply' });
export const idsBody = z.strictObject({ ids: z.array(idSchema).min(1).max(2_000) }).meta({ id: 'Ids' });

export const importQuery = z.strictObject({ dry: z.enum(['0', '1', 'true', 'false']).optional() });
export const importAnswer = z
  .object({
    added: z.int(),
    skipped: z.int(),
    problems: z.array(z.object({ line: z.int(), message: z.string() })),
  })
  .meta({ id: 'ImportedSavedReplies' });

/** A flag of a query: `1` and `true` are yes. */
export const isOn = (flag: string | undefined): boolean => flag === '1' || flag === 'true';

export const savedFileBody = z
  .strictObject({ clientMessageId: clientMessageIdSchema, fileId: idSchema })
  .meta({ id: 'SendSavedFile' });

export const tagSchema = z
  .object({ id: z.string(), version: z.int(), name: z.string(), color: z.string(), usage: z.int().optional() })
  .meta({ id: 'Tag', description: '`usage`: how many dialogs have it.' });
export type TagShape = z.infer<typeof tagSchema>;
export const tagsAnswer = z.object({ items: z.array(tagSchema) }).meta({ id: 'Tags' });
export const tagsQuery = z.strictObject({ usage: z.enum(['0', '1', 'true', 'false']).optional() });
const tagName = z.string().trim().min(1).max(40);
export const createTagBody = z.strictObject({ name: tagName, color: colorField.optional() }).meta({ id: 'CreateTag' });
export const tagPatch = z
  .strictObject({ version: versionField, name: tagName.optional(), color: colorField.optional() })
  .meta({ id: 'TagPatch' });
export const mergeTagBody = z.strictObject({ intoId: idSchema }).meta({ id: 'MergeTag' });

/** A time of day; 24:00 is the end of it. */
const clock = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 09:00');
const intervals = z.array(z.strictObject({ from: clock, to: clock })).max(24);
const date = z.iso.date();

export const hoursSchema = z
  .strictObject({
    version: versionField,
    enabled: z.boolean(),
    timezone: z.string().min(1).max(100),
    days: z.array(z.strictObject({ weekday: z.int().min(1).max(7), intervals })).max(7),
    holidays: z.array(z.strictObject({ date, name: z.string().trim().max(200), intervals })).max(1_000),
  })
  .meta({ id: 'Hours', description: 'Weekday by ISO 8601: 1 is Monday. "24:00" may end an interval.' });
export type HoursShape = z.infer<typeof hoursSchema>;

const locale = z.enum(['ru', 'en']).default('en');
export const countriesQuery = z.strictObject({ locale });
export const countriesAnswer = z
  .object({ items: z.array(z.object({ code: z.string(), name: z.string() })) })
  .meta({ id: 'HolidayCountries' });
export const holidaysQuery = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'must be a code of two letters such as RU'),
  year: z.coerce.number().int().min(1_970).max(2_200),
  locale,
});
export const holidaysAnswer = z
  .object({ items: z.array(z.object({ date: z.string(), name: z.string() })) })
  .meta({ id: 'CountryHolidays' });
