import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { AppError, assertShape, checked, invalidField, toProblem } from './index.js';

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const keyed = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index]));
const refusal = (run: () => unknown): AppError => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the shape of what comes from outside', () => {
  it('has bounds of depth, keys and values', () => {
    for (const fine of [undefined, null, 'text', deep(32), keyed(1_000), Array(20_000).fill(1)]) assertShape(fine);
    expect(refusal(() => assertShape(deep(33))).detail).toContain('deeper than 32');
    expect(refusal(() => assertShape(deep(100_000))).detail).toContain('deeper than 32');
    expect(refusal(() => assertShape(keyed(1_001))).detail).toContain('1000 keys');
    expect(refusal(() => assertShape(Array(20_001).fill(1))).detail).toContain('20000 values');
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses a key "%s" by its name instead of losing it', (key) => {
    const error = refusal(() => assertShape(JSON.parse(`{"properties":{"a":1,"${key}":2}}`)));
    expect(error.fields).toMatchObject([{ path: `properties.${key}`, code: 'invalid_value' }]);
  });
});

describe('the size of a refusal', () => {
  it('lists twenty fields and counts the others', () => {
    const error = refusal(() => checked(z.strictObject({}), keyed(900)));
    expect(error.fields).toHaveLength(20);
    expect(error.detail).toMatch(/and 880 more$/);
  });

  it.each(['ж'.repeat(10_000), '\u0001"\\'.repeat(10_000), '\ud800'.repeat(10_000)])(
    'stays below 20 kB whatever the fields are called',
    (name) => {
      const named = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [name + index, 1]));
      const problems = [refusal(() => checked(z.strictObject({}), named)), invalidField(name, 'x', name)];
      for (const error of problems) expect(Buffer.byteLength(JSON.stringify(toProblem(error)))).toBeLessThan(20_000);
    },
  );
});
