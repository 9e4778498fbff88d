import { describe, expect, it } from '@jest/globals';
import type { KeyValueStorage } from './env.js';
import { ApiError } from './http.js';
import { NEW_DIALOG, SendQueue, type OutgoingItem, type SendResult } from './send-queue.js';
import { settle, VirtualEnv } from './testing/virtual-env.js';

interface Call {
  item: OutgoingItem;
  signal: AbortSignal;
  ok(result?: Partial<SendResult>): Promise<void>;
  fail(status: number, code?: string, retryAfterMs?: number): Promise<void>;
}

function memory(): KeyValueStorage & { map: Map<string, string> } {
  const map = new Map<string, string>();
  return {
    map,
    entries: (prefix) => [...map].filter(([key]) => key.startsWith(prefix)),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
  };
}

function setUp(store = memory(), env = new VirtualEnv()) {
  const calls: Call[] = [];
  const sent: string[] = [];
  const queue = new SendQueue({
    env,
    storage: { store, prefix: 'q:' },
    send: (item, signal) =>
      new Promise((resolve, reject) => {
        calls.push({
          item,
          signal,
          ok: (result) => (resolve({ dialogId: 'd1', messageId: 'm', seq: calls.length, ...result }), settle()),
          fail: (status, code = 'X', retryAfterMs) => {
            reject(new ApiError({ status, code, detail: code, ...(retryAfterMs ? { retryAfterMs } : {}) }));
            return settle();
          },
        });
      }),
    onSent: (item) => sent.push(item.text ?? item.file?.name ?? ''),
  });
  const call = (index: number): Call => {
    const found = calls[index];
    if (!found) throw new Error(`no call ${index}, only ${calls.length}`);
    return found;
  };
  const states = (): string[] => queue.items().map((item) => `${item.text ?? item.file?.name}:${item.state}`);
  return { env, store, queue, calls, call, sent, states };
}

describe('SendQueue', () => {
  it('has one request in flight per dialog and keeps the order', async () => {
    const { queue, calls, call, sent, states } = setUp();
    queue.enqueue({ slot: 'd1', text: 'a' });
    queue.enqueue({ slot: 'd1', text: 'b' });
    queue.enqueue({ slot: 'd2', text: 'x' });
    expect(calls.map(({ item }) => item.text)).toEqual(['a', 'x']);
    expect(states()).toEqual(['a:sending', 'b:queued', 'x:sending']);
    await call(0).ok();
    expect(calls.map(({ item }) => item.text)).toEqual(['a', 'x', 'b']);
    await call(2).ok();
    await call(1).ok({ dialogId: 'd2' });
    expect(sent).toEqual(['a', 'b', 'x']);
    expect(queue.items()).toEqual([]);
  });

  it('lets what was written before the dialog had a name follow its first message', async () => {
    const { queue, calls, call } = setUp();
    queue.enqueue({ slot: NEW_DIALOG, text: 'a' });
    queue.enqueue({ slot: NEW_DIALOG, text: 'b' });
    queue.enqueue({ slot: NEW_DIALOG, text: 'c' });
    expect(calls).toHaveLength(1);
    await call(0).ok({ dialogId: 'd9' });
    expect(calls).toHaveLength(2);
    expect(call(1).item).toMatchObject({ text: 'b', slot: 'd9' });
    expect(queue.items('d9').map((item) => item.text)).toEqual(['b', 'c']);
  });

  it.each([
    ['no answer', 0, 'NETWORK'],
    ['500', 500, 'INTERNAL'],
    ['503', 503, 'UNAVAILABLE'],
    ['a lost race', 409, 'ABORTED'],
  ])('sends again with the same id after %s, successors wait', async (_name, status, code) => {
    const { env, queue, calls, call, states } = setUp();
    queue.enqueue({ slot: 'd1', text: 'a' });
    queue.enqueue({ slot: 'd1', text: 'b' });
    await call(0).fail(status, code);
    expect(states()).toEqual(['a:queued', 'b:queued']);
    await env.until(() => calls.length === 2, 1_000);
    expect(call(1).item.clientMessageId).toBe(call(0).item.clientMessageId);
    await call(1).ok();
    expect(call(2).item.text).toBe('b');
  });

  it('waits as long as a rate limit asks and does not call that a failure', async () => {
    const { env, queue, calls, call, states } = setUp();
    queue.enqueue({ slot: 'd1', text: 'a' });
    for (let round = 0; round < 8; round += 1) {
      await call(round).fail(429, 'RATE_LIMITED', 4_000);
      expect(states()).toEqual(['a:queued']);
      await env.advance(3_900);
      expect(calls).toHaveLength(round + 1);
      await env.until(() => calls.length === round + 2, 1_200);
    }
  });

  it('fails for good on other errors, lets the next one go, and really sends again on retry', async () => {
    const { env, queue, calls, call, sent, states } = setUp();
    const item = queue.enqueue({ slot: 'd1', text: 'a' });
    queue.enqueue({ slot: 'd1', text: 'b' });
    await call(0).fail(400, 'INVALID_ARGUMENT');
    expect(states()).toEqual(['a:failed', 'b:sending']);
    expect(queue.items()[0]?.problem?.code).toBe('INVALID_ARGUMENT');
    await call(1).ok();
    await env.advance(120_000);
    expect(calls).toHaveLength(2);
    queue.retry(item.clientMessageId);
    expect(call(2).item).toMatchObject({ clientMessageId: item.clientMessageId, state: 'sending' });
    await call(2).ok();
    expect(sent).toEqual(['b', 'a']);
  });

  it('shows a failure after some tries, goes on slowly, and sends at once on retry', async () => {
    const { env, queue, calls, call, states } = setUp();
    const item = queue.enqueue({ slot: 'd1', text: 'a' });
    for (let round = 0; round < 5; round += 1) {
      await env.until(() => calls.length === round + 1, 12_000);
      await call(round).fail(0, 'NETWORK');
    }
    expect(states()).toEqual(['a:failed']);
    queue.retry(item.clientMessageId);
    expect(calls).toHaveLength(6);
    expect(states()).toEqual(['a:sending']);
    await call(5).fail(0, 'NETWORK');
    await env.until(() => calls.length === 7, 40_000);
    await call(6).ok();
    expect(queue.items()).toEqual([]);
  });

  it('waits while the device is offline and goes on when told', async () => {
    const { env, queue, calls, call, states } = setUp();
    env.hasNetwork = false;
    queue.enqueue({ slot: 'd1', text: 'a' });
    expect(calls).toHaveLength(0);
    expect(states()).toEqual(['a:queued']);
    env.hasNetwork = true;
    queue.kick();
    await call(0).ok();
    expect(queue.items()).toEqual([]);
  });

  it('stops trying when the event of a message shows that it is stored', async () => {
    const { env, queue, calls, call, sent } = setUp();
    const item = queue.enqueue({ slot: 'd1', text: 'a' });
    queue.enqueue({ slot: 'd1', text: 'b' });
    queue.settle(item.clientMessageId, { dialogId: 'd1', messageId: 'm', seq: 1 });
    expect(call(0).signal.aborted).toBe(true);
    expect(call(1).item.text).toBe('b');
    await call(0).fail(0, 'NETWORK');
    await call(1).ok();
    await env.advance(60_000);
    expect(calls).toHaveLength(2);
    expect(sent).toEqual(['a', 'b']);
  });

  it('sends after a reload what was not confirmed, in order and with the same ids; failed ones wait for the user', async () => {
    const first = setUp();
    first.queue.enqueue({ slot: 'd1', text: 'bad' });
    await first.call(0).fail(400, 'INVALID_ARGUMENT');
    const a = first.queue.enqueue({ slot: 'd1', text: 'a' });
    const b = first.queue.enqueue({ slot: 'd1', text: 'b' });
    first.queue.enqueue({ slot: 'd1', file: { name: 'f.txt', type: 'text/plain', size: 1, blob: new Blob(['x']) } });
    first.queue.stop();
    first.store.map.set('q:junk', '{');

    const second = setUp(first.store, first.env);
    second.queue.restore();
    expect(second.states()).toEqual(['bad:failed', 'a:sending', 'b:queued']);
    await second.call(0).ok();
    await second.call(1).ok();
    expect(second.calls.map(({ item }) => item.clientMessageId)).toEqual([a.clientMessageId, b.clientMessageId]);
    expect([...first.store.map.keys()]).toHaveLength(1);
    second.queue.remove(second.queue.items()[0]?.clientMessageId ?? '');
    expect(first.store.map.size).toBe(0);
  });

  it('sends saved files in their turn, also after a reload, with the same ids', async () => {
    const first = setUp();
    const savedFile = { id: 'reply-1', name: 'a.pdf', type: 'application/pdf', size: 5 };
    first.queue.enqueue({ slot: 'd1', text: 'a' });
    const item = first.queue.enqueue({ slot: 'd1', savedFile });
    expect(first.calls).toHaveLength(1);
    first.queue.stop();
    const second = setUp(first.store, first.env);
    second.queue.restore();
    await second.call(0).ok();
    expect(second.call(1).item).toMatchObject({ clientMessageId: item.clientMessageId, savedFile });
    await second.call(1).fail(0, 'NETWORK');
    await second.env.until(() => second.calls.length === 3, 1_000);
    expect(second.call(2).item.clientMessageId).toBe(item.clientMessageId);
    await second.call(2).ok();
    expect(first.store.map.size).toBe(0);
  });
});
