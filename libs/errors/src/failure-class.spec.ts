import { describe, expect, it } from '@jest/globals';
import { appError, failureClass, isRetryable, toAppError } from './index.js';

const failed = (fields: object): Error => Object.assign(new Error('failed'), fields);
const sqlite = (errcode: number): Error => failed({ code: 'ERR_SQLITE_ERROR', errcode });

describe('the class of a failure', () => {
  it.each([
    ['a full disk', failed({ code: 'ENOSPC', syscall: 'write' })],
    ['a full disk below SQLite', sqlite(13)],
    ['an I/O error, in whichever place', sqlite(10 | (3 << 8))],
    ['a full disk below MongoDB', failed({ name: 'MongoServerError', code: 14_031 })],
    ['a data file that is gone', failed({ name: 'MongoServerError', code: 39, codeName: 'FileStreamFailed' })],
    ['what such a failure led to', appError('UNAVAILABLE', 'not stored', { cause: failed({ code: 'ENOSPC' }) })],
  ])('is the machine for %s: unavailable, to be repeated, no defect', (_, error) => {
    expect(failureClass(error)).toBe('machine');
    expect(isRetryable(error)).toBe(true);
    expect(toAppError(error)).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('tells what passes from what comes again', () => {
    expect(failureClass(appError('ABORTED', 'x'))).toBe('retryable');
    for (const error of [
      appError('INVALID_ARGUMENT', 'x'),
      new TypeError('bug'),
      sqlite(19),
      failed({ code: 39 }),
      null,
    ])
      expect(failureClass(error)).toBe('permanent');
  });
});
