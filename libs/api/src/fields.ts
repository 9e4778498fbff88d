import { z } from 'zod';
import { LOCALES } from './words.js';

/** Fields of bodies that several routes take. What a value means is judged by the service that owns it; here it is bounded. */
export const versionField = z.int().min(0).describe('As the answer to GET gave it; 0: whatever it is now.');
export const nameField = z.string().trim().min(1).max(200);
export const emailField = z.string().trim().min(3).max(320);
/** Not trimmed: spaces belong to a password. */
export const passwordField = z.string().min(1).max(1_000);
export const newPasswordField = z.string().max(1_000);
export const codeField = z.string().trim().min(1).max(100);
export const localeField = z.enum(LOCALES);
export const domainField = z.string().trim().min(1).max(253);
export const colorField = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be #rrggbb');
export const localizedField = (max: number): z.ZodObject<{ ru: z.ZodString; en: z.ZodString }> =>
  z.strictObject({ ru: z.string().max(max), en: z.string().max(max) });
