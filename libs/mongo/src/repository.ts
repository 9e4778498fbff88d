import { Injectable } from '@nestjs/common';
import { toMongoAppError } from './errors.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function* mappedIteration(source: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* source;
  } catch (error) {
    // The reader of the stream sees an outage as a retryable error.
    throw toMongoAppError(error);
  }
}

function mapped(method: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    let result: unknown;
    try {
      result = method.apply(this, args);
    } catch (error) {
      // A method that is not async; its outage is mapped all the same.
      throw toMongoAppError(error);
    }
    if (isThenable(result)) {
      return Promise.resolve(result).catch((error: unknown) => {
        throw toMongoAppError(error);
      });
    }
    return isAsyncIterable(result) ? mappedIteration(result) : result;
  };
}

/**
 * Marks a repository: it can be injected, and every method turns outages of the database into retryable errors
 * ({@link toMongoAppError}). Methods give promises or async iterables, never half-built queries.
 */
export const MongoRepository = (): ClassDecorator => (target) => {
  const prototype = target.prototype as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (name === 'constructor' || !descriptor || typeof descriptor.value !== 'function') continue;
    Object.defineProperty(prototype, name, { ...descriptor, value: mapped(descriptor.value as Method) });
  }
  Injectable()(target);
};
