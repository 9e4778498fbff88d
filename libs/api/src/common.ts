import { ERROR_CODES } from '@beseda/errors';
import { z } from 'zod';

/** Ids are opaque to clients; they are bounded here so that nothing silly travels further. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
export const idSchema = z.string().regex(ID_PATTERN, 'is not an id');
/** Made by the sender, one for each send; repeated with every retry. */
export const clientMessageIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 letters, digits, "_" or "-"');
export const textSchema = z.string().trim().min(1, 'is empty').max(10_000, 'is longer than 10,000 characters');
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
