import { AppError, appError, failureClass } from '@beseda/errors';
import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { MongoRepository, isDuplicateKey, mongoCall, toMongoAppError } from './index.js';

const duplicate = (index: string): mongo.MongoServerError =>
  new mongo.MongoServerError({
    code: 11000,
    errmsg: `E11000 duplicate key error collection: db.dialogs index: ${index} dup key: { openKey: "a" }`,
  });

describe('errors of the database', () => {
  it.each(
    [
      new mongo.MongoNetworkError('connection 1 to 127.0.0.1:27017 closed'),
      new mongo.MongoServerError({ code: 10107, errmsg: 'not primary' }),
      new mongo.MongoServerError({ code: 189, errmsg: 'primary stepped down' }),
      Object.assign(new Error('selection'), { name: 'MongooseServerSelectionError' }),
      Object.assign(new Error('Cannot call `x.find()` before initial connection is complete'), {
        name: 'MongooseError',
      }),
      Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET', syscall: 'write' }),
      new mongo.MongoServerError({ code: 1, errmsg: 'x', errorLabels: ['RetryableWriteError'] }),
    ].map((error) => ({ title: `${error.name} ${error.message}`, error })),
  )('takes an outage for retryable: $title', ({ error }) => {
    expect(toMongoAppError(error)).toMatchObject({ code: 'UNAVAILABLE', retryable: true, cause: error });
  });

  it.each([
    new mongo.MongoServerError({ code: 14_031, codeName: 'OutOfDiskSpace', errmsg: 'full' }),
    Object.assign(new Error('bulk'), { writeErrors: [{ code: 11_000 }, { code: 14_031 }] }),
  ])('takes a full disk for what it is, in a bulk write too: %s', (error) => {
    const known = toMongoAppError(error);
    expect(known).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(failureClass(known)).toBe('machine');
  });

  it('leaves everything else as it is', () => {
    for (const error of [
      duplicate('x'),
      new TypeError('bug'),
      'text',
      undefined,
      new mongo.MongoServerError({ code: 2, errmsg: 'BadValue' }),
    ]) {
      expect(toMongoAppError(error)).toBe(error);
    }
    const known = appError('NOT_FOUND', 'no');
    expect(toMongoAppError(known)).toBe(known);
  });

  it('hides what the driver said', async () => {
    const failing = mongoCall(() => Promise.reject(new mongo.MongoNetworkError('mongodb://user:secret@host')));
    await expect(failing).rejects.toBeInstanceOf(AppError);
    await expect(failing).rejects.not.toThrow('secret');
  });
});

describe('isDuplicateKey', () => {
  it('knows the index', () => {
    expect(isDuplicateKey(duplicate('open_key'))).toBe(true);
    expect(isDuplicateKey(duplicate('open_key'), 'open_key')).toBe(true);
    expect(isDuplicateKey(duplicate('open_key'), 'open')).toBe(false);
    expect(isDuplicateKey(new mongo.MongoServerError({ code: 2 }))).toBe(false);
    expect(isDuplicateKey(undefined)).toBe(false);
  });

  it('looks into bulk writes', () => {
    const bulk = { code: 11000, writeErrors: [{ code: 121 }, { code: 11000, errmsg: 'x index: by_seq dup key: {}' }] };
    expect(isDuplicateKey(bulk, 'by_seq')).toBe(true);
    expect(isDuplicateKey({ code: 11000, writeErrors: [{ code: 121 }] })).toBe(false);
  });
});

describe('MongoRepository', () => {
  @MongoRepository()
  class Repository {
    readonly prefix = 'p:';
    async find(id: string): Promise<string> {
      if (id === 'down') throw new mongo.MongoNetworkError('down');
      return this.prefix + id;
    }
    async *list(): AsyncGenerator<number> {
      yield 1;
      throw new mongo.MongoNetworkError('down');
    }
    get name(): string {
      return 'n';
    }
  }

  it('maps rejections of every method and changes nothing else', async () => {
    const repository = new Repository();
    expect(await repository.find('x')).toBe('p:x');
    expect(repository.name).toBe('n');
    await expect(repository.find('down')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const value of repository.list()) seen.push(value);
    };
    await expect(read()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(seen).toEqual([1]);
  });
});
