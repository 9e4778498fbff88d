import { z } from 'zod';
import { LIMITS } from './limits.js';
import { oneLine, requiredText, textField } from './text.js';
import { LOCALES } from './words.js';

/** Fields of bodies that several routes take. What a value means is judged by the service that owns it; here it is bounded. */
export const versionField = z.int().min(0).describe('As the answer to GET gave it; 0: whatever it is now.');
export const nameField = requiredText(LIMITS.personName, oneLine);
export const internalNameField = textField(LIMITS.personName, oneLine);
export const siteNameField = requiredText(LIMITS.siteName, oneLine);
export const teamNameField = requiredText(LIMITS.teamName, oneLine);
export const emailField = z.string().trim().min(1).max(LIMITS.email);
/** Not trimmed: spaces belong to a password. */
export const passwordField = z.string().min(1).max(LIMITS.shownPassword);
export const newPasswordField = z.string().min(LIMITS.passwordMin).max(LIMITS.password);
export const codeField = z.string().trim().min(1).max(LIMITS.code);
export const localeField = z.enum(LOCALES);
export const domainField = z.string().trim().min(1).max(LIMITS.domain);
export const domainsField = z.array(domainField).max(LIMITS.domains);
/** Kept in lower case. */
export const colorField = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'must be #rrggbb')
  .toLowerCase();
export const searchField = z.string().max(LIMITS.search);
export const cursorField = z.string().max(LIMITS.cursor);
/** A number in a query. */
export const queryInt = (min: number, max: number): z.ZodType<number | undefined> =>
  z.coerce.number().int().min(min).max(max).optional();
