import { z } from 'zod';
import { cleanTagName, MAX_TAG } from '../../domain/tag.js';
import { AUDIENCE_KINDS, cleanLine, cleanReplyText, MAX_FILES } from '../../domain/saved-reply.js';
import { LANGUAGES } from '../../domain/site.js';
import { color, id, version } from './site-schemas.js';

const tagName = z.string().transform((given, context) => {
  const name = cleanTagName(given);
  if (name !== undefined) return name;
  const code = given.trim() === '' ? 'required' : 'too_long';
  context.addIssue({ code: 'custom', message: `must have 1 to ${MAX_TAG} characters`, params: { code } });
  return z.NEVER;
});

export const createTagRequest = z.strictObject({
  name: tagName,
  color: z
    .literal('')
    .transform(() => undefined)
    .or(color),
});
export const updateTagRequest = z.strictObject({ id, version, name: tagName.optional(), color: color.optional() });
export const mergeTagsRequest = z.strictObject({ id, intoId: id });
export const deleteTagRequest = z.strictObject({ id });

const intervals = z.array(z.strictObject({ from: z.number(), to: z.number() }));
export const updateHoursRequest = z.strictObject({
  version,
  hours: z.strictObject({
    timezone: z.string(),
    days: z.array(z.strictObject({ weekday: z.number(), intervals })).max(7, 'may have at most 7 entries'),
    holidays: z.array(z.strictObject({ date: z.string().max(20), name: z.string().max(1_000), intervals })),
    enabled: z.boolean(),
  }),
});
/** What a field of the hours is called in forms. */
export const hoursPath = (path: string): string => path.replace(/^hours\./, '');

const locale = z.enum(LANGUAGES, 'must be "ru" or "en"');
export const countryHolidaysRequest = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters, such as RU'),
  year: z.int().min(2_000).max(2_100),
  locale,
});
export const holidayCountriesRequest = z.strictObject({ locale });

const optionalId = z
  .string()
  .max(64)
  .transform((text) => text || undefined);
const audience = z
  .strictObject({
    kind: z.enum(AUDIENCE_KINDS, 'must be "everyone", "team" or "personal"'),
    teamId: optionalId,
    operatorId: optionalId,
  })
  .transform(({ kind, teamId, operatorId }) => ({
    kind,
    ...(teamId === undefined ? {} : { teamId }),
    ...(operatorId === undefined ? {} : { operatorId }),
  }));
const file = z.strictObject({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(300),
  type: z.string().max(200),
  size: z.int().min(0),
});
const newReply = z.strictObject({
  title: z.string().transform(cleanLine),
  text: z.string().transform(cleanReplyText),
  folder: z.string().transform(cleanLine),
  audience,
  files: z.array(file).max(MAX_FILES, `may have at most ${MAX_FILES} entries`),
});

/** Replies that are made by one call. */
const MAX_AT_ONCE = 200;
const ids = (max: number): z.ZodArray<typeof id> => z.array(id).max(max, `may have at most ${max} entries`);

export const createRepliesRequest = z.strictObject({
  items: z.array(newReply).min(1, 'must have an entry').max(MAX_AT_ONCE, `may have at most ${MAX_AT_ONCE} entries`),
});
export const updateReplyRequest = z.strictObject({ id, version, content: newReply });
export const replyPath = (path: string): string => path.replace(/^content\./, '');
export const deleteRepliesRequest = z.strictObject({ ids: ids(2_000) });
export const orderRepliesRequest = z.strictObject({ ids: ids(2_000) });
