import { ERROR_CODES } from '@beseda/errors';
import { z } from 'zod';
import { LIMITS } from './limits.js';
import { requiredText } from './text.js';

/** Ids are opaque to clients; they are bounded here so that nothing silly travels further. */
export const ID_PATTERN = new RegExp(`^[A-Za-z0-9_-]{1,${LIMITS.id}}$`);
export const idSchema = z.string().regex(ID_PATTERN, 'is not an id');
/** Made by the sender, one for each send; repeated with every retry. */
export const clientMessageIdSchema = z
  .string()
  .regex(
    new RegExp(`^[A-Za-z0-9_-]{${LIMITS.clientMessageIdMin},${LIMITS.clientMessageId}}$`),
    `must be ${LIMITS.clientMessageIdMin} to ${LIMITS.clientMessageId} letters, digits, "_" or "-"`,
  );
export const textSchema = requiredText(LIMITS.messageText);
export const seqSchema = z.int().min(0);
export const timeSchema = z.iso.datetime();

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
    retryAfterMs: z.number().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; the content type is application/problem+json.' });

/** A text in both languages. */
export const localizedSchema = z.object({ ru: z.string(), en: z.string() }).meta({ id: 'LocalizedText' });

/** A form that holds a file and nothing else. */
export const noFields = z.strictObject({});
