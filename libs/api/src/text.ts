import { z } from 'zod';

const trimmed = (text: string): string => text.trim();
/** One line: blanks around it go, those inside become one. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');
/** Lines that end as they do everywhere here, without blanks around the whole. */
export const manyLines = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

/** The end of a schema of texts: at most so many characters as people count them, which zod's own `max` does not. */
const atMost = (schema: z.ZodString, max: number): z.ZodString =>
  schema
    .check(({ value, issues }) => {
      // Code units are never fewer than characters, so only a long text is counted exactly.
      if (value.length > max && [...value].length > max) {
        issues.push({ code: 'too_big', origin: 'string', maximum: max, inclusive: true, input: value });
      }
    })
    .meta({ maxLength: max });

/** A text of at most so many characters after cleaning; it may be empty. */
export const textField = (max: number, clean: (text: string) => string = trimmed): z.ZodString =>
  atMost(z.string().overwrite(clean), max);

/** A text that says something, likewise. */
export const requiredText = (max: number, clean: (text: string) => string = trimmed): z.ZodString =>
  atMost(z.string().overwrite(clean).min(1), max);

/** A text in both languages, likewise; either may be empty. */
export const localizedField = (
  max: number,
  clean: (text: string) => string = trimmed,
): z.ZodObject<{ ru: z.ZodString; en: z.ZodString }, z.core.$strict> =>
  z.strictObject({ ru: textField(max, clean), en: textField(max, clean) });
