import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { paced } from './paced.js';

class FakeCall extends EventEmitter {
  writableNeedDrain = false;
  cancelled = false;
}

async function* numbers(made: number[]): AsyncGenerator<number> {
  for (let i = 1; i <= 5; i++) {
    made.push(i);
    yield await Promise.resolve(i);
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('paced', () => {
  it('waits for room before it takes more', async () => {
    const call = new FakeCall();
    const made: number[] = [];
    const got: number[] = [];
    const reading = (async () => {
      for await (const item of paced(numbers(made), call as never)) {
        got.push(item);
        call.writableNeedDrain = got.length === 2;
      }
    })();
    await settle();
    expect([made, got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    call.writableNeedDrain = false;
    call.emit('drain');
    await reading;
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect(call.listenerCount('drain') + call.listenerCount('cancelled')).toBe(0);
  });

  it('ends when the client has gone', async () => {
    const call = new FakeCall();
    const made: number[] = [];
    const got: number[] = [];
    const reading = (async () => {
      for await (const item of paced(numbers(made), call as never)) {
        got.push(item);
        call.writableNeedDrain = true;
      }
    })();
    await settle();
    call.cancelled = true;
    call.emit('cancelled');
    await reading;
    expect(got).toEqual([1]);
    expect(made).toEqual([1, 2]);
  });
});
