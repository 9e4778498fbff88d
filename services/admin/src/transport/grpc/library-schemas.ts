import { AUDIENCES, LIMITS, localeField as locale } from '@beseda/api';
import { z } from 'zod';
import { cleanLine, cleanReplyText } from '../../domain/saved-reply.js';
import { cleanTagName } from '../../domain/tag.js';
import { color, id, version } from './site-schemas.js';

const tagName = z.string().transform((given, context) => {
  const name = cleanTagName(given);
  if (name !== undefined) return name;
  const code = given.trim() === '' ? 'required' : 'too_long';
  context.addIssue({ code: 'custom', message: `must have 1 to ${LIMITS.tagName} characters`, params: { code } });
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

/** Days. */
const WEEK = 7;
const intervals = z.array(z.strictObject({ from: z.number(), to: z.number() }));
export const updateHoursRequest = z.strictObject({
  version,
  hours: z.strictObject({
    timezone: z.string(),
    days: z.array(z.strictObject({ weekday: z.number(), intervals })).max(WEEK),
    holidays: z.array(z.strictObject({ date: z.string(), name: z.string(), intervals })),
    enabled: z.boolean(),
  }),
});
/** What a field of the hours is called in forms. */
export const hoursPath = (path: string): string => path.replace(/^hours\./, '');

export const countryHolidaysRequest = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters, such as RU'),
  year: z.int().min(LIMITS.holidayYearMin).max(LIMITS.holidayYear),
  locale,
});
export const holidayCountriesRequest = z.strictObject({ locale });

const optionalId = z
  .string()
  .max(LIMITS.id)
  .transform((text) => text || undefined);
const audience = z
  .strictObject({
    kind: z.enum(AUDIENCES),
    teamId: optionalId,
    operatorId: optionalId,
  })
  .transform(({ kind, teamId, operatorId }) => ({
    kind,
    ...(teamId === undefined ? {} : { teamId }),
    ...(operatorId === undefined ? {} : { operatorId }),
  }));
const file = z.strictObject({
  id,
  name: z.string().min(1).max(LIMITS.fileName),
  type: z.string().max(LIMITS.fileType),
  size: z.int().min(0),
});
const newReply = z.strictObject({
  title: z.string().transform(cleanLine),
  text: z.string().transform(cleanReplyText),
  folder: z.string().transform(cleanLine),
  audience,
  files: z.array(file).max(LIMITS.replyFiles),
});

export const createRepliesRequest = z.strictObject({ items: z.array(newReply).min(1).max(LIMITS.repliesAtOnce) });
export const updateReplyRequest = z.strictObject({ id, version, content: newReply });
export const replyPath = (path: string): string => path.replace(/^content\./, '');
export const deleteRepliesRequest = z.strictObject({ ids: z.array(id).max(LIMITS.replies) });
export const orderRepliesRequest = z.strictObject({ ids: z.array(id).max(LIMITS.replies) });
