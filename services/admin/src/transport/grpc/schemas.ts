import { fromSchemaIssues } from '@beseda/errors';
import { z } from 'zod';
import { MAX_PASSWORD, MIN_PASSWORD, isEmail } from '../../domain/operator.js';

/** Checks a request; INVALID_ARGUMENT that names every wrong field. */
export function parse<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  throw fromSchemaIssues(result.error.issues);
}

const id = z.string().min(1).max(64);
const siteName = z.string().trim().min(1, 'must not be blank').max(100, 'may have at most 100 characters');
const personName = siteName;

export const loginRequest = z.strictObject({
  email: z.string().min(1, 'must not be empty').max(320, 'is too long'),
  password: z.string().min(1, 'must not be empty').max(1_000, 'is too long'),
  address: z.string().max(100),
  // Only shown in the list of sessions: what is too long is cut, not refused.
  userAgent: z.string().transform((text) => text.slice(0, 500)),
});

export const createOperatorRequest = z.strictObject({
  siteId: id,
  email: z.string().refine(isEmail, 'must be an e-mail address'),
  name: personName,
  role: z.number(),
  password: z
    .string()
    .min(MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`)
    .max(MAX_PASSWORD, `may have at most ${MAX_PASSWORD} characters`),
});
