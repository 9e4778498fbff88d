import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ApiError } from '@beseda/realtime';
import { Receipts, type Marks } from './receipts.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function setUp(answers: (ApiError | undefined)[] = []) {
  const sent: [string, Partial<Marks>][] = [];
  const receipts = new Receipts((dialogId, marks) => {
    sent.push([dialogId, marks]);
    const error = answers.shift();
    return error ? Promise.reject(error) : Promise.resolve();
  });
  return { receipts, sent };
}

describe('Receipts', () => {
  it('makes one request of many marks and none of what is known', async () => {
    const { receipts, sent } = setUp();
    receipts.known('d', { deliveredSeq: 3, readSeq: 2 });
    receipts.read('d', 2);
    receipts.delivered('d', 4);
    receipts.delivered('d', 6);
    receipts.read('d', 5);
    expect(receipts.readSeq('d')).toBe(5);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([['d', { deliveredSeq: 6, readSeq: 5 }]]);
  });

  it('tells later what could not be told, and gives up what is refused', async () => {
    const lost = new ApiError({ status: 0, code: 'NETWORK', detail: '' });
    const refused = new ApiError({ status: 404, code: 'NOT_FOUND', detail: '' });
    const { receipts, sent } = setUp([lost, undefined, refused]);
    receipts.read('d', 1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(2);
    receipts.read('gone', 1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(3);
  });
});
