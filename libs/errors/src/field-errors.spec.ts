import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { AppError, FIELD_CODES, checked } from './index.js';

const fieldsOf = (schema: z.ZodType, value: unknown): unknown => {
  try {
    checked(schema, value);
  } catch (error) {
    if (error instanceof AppError) return error.fields.map(({ path, code, message }) => [path, code, message]);
    throw error;
  }
  throw new Error('the schema took it');
};
const one = (schema: z.ZodType, value: unknown): unknown => fieldsOf(z.object({ a: schema }), { a: value });
const ours = z.string().refine(() => false, { error: 'must be a host name', params: { code: 'not_a_domain' } });

/** Every kind of issue of zod, and each code it can become. */
const KINDS: [kind: string, schema: z.ZodType, value: unknown, code: string, message: string][] = [
  ['invalid_type', z.string(), undefined, 'required', 'must be given'],
  ['invalid_type', z.string(), 5, 'invalid_value', 'must be of the type string'],
  ['too_big', z.string().max(2), 'abc', 'too_long', 'may have at most 2 characters'],
  ['too_big', z.array(z.string()).max(1), ['a', 'b'], 'too_many', 'may have at most 1 entries'],
  ['too_big', z.number().max(2), 3, 'too_large', 'may be at most 2'],
  ['too_small', z.string().min(1), '', 'required', 'must not be empty'],
  ['too_small', z.string().min(8), 'abc', 'too_short', 'must have at least 8 characters'],
  ['too_small', z.array(z.string()).min(1), [], 'required', 'must not be empty'],
  ['too_small', z.array(z.string()).min(2), ['a'], 'too_few', 'must have at least 2 entries'],
  ['too_small', z.number().min(1), 0, 'too_small', 'must be at least 1'],
  ['invalid_format', z.url(), 'x', 'not_a_url', 'must be a whole address'],
  ['invalid_format', z.string().regex(/x/), 'y', 'invalid_value', 'has not the form it should have'],
  ['not_multiple_of', z.number().multipleOf(5), 3, 'invalid_value', 'must be a multiple of 5'],
  ['invalid_union', z.union([z.string(), z.boolean()]), 3, 'invalid_value', 'is not valid'],
  ['invalid_key', z.record(z.string().max(2), z.int()), { abc: 1 }, 'invalid_value', 'is not valid'],
  ['invalid_element', z.map(z.date(), z.int()), new Map([[new Date(), 'x']]), 'invalid_value', 'is not valid'],
  ['invalid_value', z.enum(['x', 'y']), 'z', 'invalid_value', 'must be one of "x", "y"'],
  ['custom', z.string().refine(() => false), 'x', 'invalid_value', 'is not valid'],
  ['custom', ours, 'x', 'not_a_domain', 'must be a host name'],
];

describe('what schemas say', () => {
  it.each(KINDS)('%s becomes a code and a sentence of our own', (kind, schema, value, code, message) => {
    expect(schema.safeParse(value).error?.issues[0]?.code).toBe(kind);
    const key = kind === 'invalid_key' ? 'a.abc' : 'a';
    expect(one(schema, value)).toEqual([[key, code, message]]);
  });

  it('names each unknown key by itself', () => {
    expect(fieldsOf(z.object({ a: z.strictObject({}) }), { a: { b: 1, c: 2 } })).toEqual([
      ['a.b', 'unknown_field', 'is not a field of this request'],
      ['a.c', 'unknown_field', 'is not a field of this request'],
    ]);
  });

  it('gives every code of the list, and no other', () => {
    const given = new Set([...KINDS.map(([, , , code]) => code), 'unknown_field']);
    expect([...given].sort()).toEqual([...FIELD_CODES].sort());
  });

  it('names fields as forms do', () => {
    const schema = z.object({ items: z.array(z.int()) });
    expect(() => checked(schema, { items: ['x'] }, (path) => `my.${path}`)).toThrow(
      /^INVALID_ARGUMENT: my\.items\.0: /,
    );
  });
});
