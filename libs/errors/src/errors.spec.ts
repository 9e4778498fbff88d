import { describe, expect, it } from '@jest/globals';
import {
  AppError,
  ERROR_CODES,
  appError,
  invalidFields,
  httpStatusOf,
  invalidField,
  isRetryable,
  toAppError,
  toProblem,
} from './index.js';

describe('AppError', () => {
  it('retries only what may succeed later', () => {
    expect(ERROR_CODES.filter((code) => isRetryable(appError(code, 'x')))).toEqual([
      'ABORTED',
      'RATE_LIMITED',
      'UNAVAILABLE',
      'DEADLINE_EXCEEDED',
    ]);
    expect(isRetryable(new Error('bug'))).toBe(false);
    expect(isRetryable(appError('INTERNAL', 'x', { retryable: true }))).toBe(true);
  });

  it('hides the cause of an unknown error', () => {
    const error = toAppError(new Error('password=secret'));
    expect(error.code).toBe('INTERNAL');
    expect(JSON.stringify(toProblem(error))).not.toContain('secret');
    expect(toAppError(error)).toBe(error);
  });

  it('names the fields of bad input', () => {
    const error = invalidFields([{ path: 'domains.0', code: 'too_long', message: 'At most 253 characters' }]);
    expect(toProblem(error)).toMatchObject({
      status: 400,
      code: 'INVALID_ARGUMENT',
      errors: [{ path: 'domains.0', code: 'too_long' }],
    });
    expect(invalidField('text', 'empty', 'Write something')).toBeInstanceOf(AppError);
  });

  it('has a status for every code', () => {
    for (const code of ERROR_CODES) expect(httpStatusOf(code)).toBeGreaterThanOrEqual(400);
    expect(toProblem(appError('RATE_LIMITED', 'slow down', { retryAfterMs: 2000 }))).toMatchObject({
      status: 429,
      retryAfterMs: 2000,
    });
  });
});
