import { z } from 'zod';
import { clientMessageIdSchema, idSchema, timeSchema } from './common.js';
import { tagNameField } from './dialogs.js';
import { colorField, localeField, versionField } from './fields.js';
import { LIMITS } from './limits.js';
import { oneLine, requiredText, textField } from './text.js';
import { AUDIENCES } from './words.js';

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
  title: requiredText(LIMITS.replyTitle, oneLine),
  text: textField(LIMITS.replyText, (text) => text.replace(/\r\n?/g, '\n')),
  folder: textField(LIMITS.replyFolder, oneLine),
  audience: z.strictObject({ kind: z.enum(AUDIENCES), teamId: idSchema.optional(), operatorId: idSchema.optional() }),
  fileIds: z.array(idSchema).max(LIMITS.replyFiles),
};
const newReply = z.strictObject({
  ...content,
  folder: content.folder.default(''),
  fileIds: content.fileIds.default([]),
});
export type NewReply = z.infer<typeof newReply>;
export const createRepliesBody = z
  .strictObject({ items: z.array(newReply).min(1).max(LIMITS.repliesAtOnce) })
  .meta({ id: 'CreateSavedReplies' });
export const updateReplyBody = z.strictObject({ version: versionField, ...content }).meta({ id: 'UpdateSavedReply' });
export const idsBody = z.strictObject({ ids: z.array(idSchema).min(1).max(LIMITS.replies) }).meta({ id: 'Ids' });

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
export const createTagBody = z
  .strictObject({ name: tagNameField, color: colorField.optional() })
  .meta({ id: 'CreateTag' });
export const tagPatch = z
  .strictObject({ version: versionField, name: tagNameField.optional(), color: colorField.optional() })
  .meta({ id: 'TagPatch' });
export const mergeTagBody = z.strictObject({ intoId: idSchema }).meta({ id: 'MergeTag' });

/** A time of day; 24:00 is the end of it. */
const clock = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 09:00');
const intervals = z.array(z.strictObject({ from: clock, to: clock })).max(LIMITS.intervalsPerDay);
const date = z.iso.date();

export const hoursSchema = z
  .strictObject({
    version: versionField,
    enabled: z.boolean(),
    timezone: z.string().min(1).max(LIMITS.timezone),
    days: z.array(z.strictObject({ weekday: z.int().min(1).max(7), intervals })).max(7),
    holidays: z.array(z.strictObject({ date, name: textField(LIMITS.holidayName), intervals })).max(LIMITS.holidays),
  })
  .meta({ id: 'Hours', description: 'Weekday by ISO 8601: 1 is Monday. "24:00" may end an interval.' });
export type HoursShape = z.infer<typeof hoursSchema>;

const locale = localeField.default('en');
export const countriesQuery = z.strictObject({ locale });
export const countriesAnswer = z
  .object({ items: z.array(z.object({ code: z.string(), name: z.string() })) })
  .meta({ id: 'HolidayCountries' });
export const holidaysQuery = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'must be a code of two letters such as RU'),
  year: z.coerce.number().int().min(LIMITS.holidayYearMin).max(LIMITS.holidayYear),
  locale,
});
export const holidaysAnswer = z
  .object({ items: z.array(z.object({ date: z.string(), name: z.string() })) })
  .meta({ id: 'CountryHolidays' });
