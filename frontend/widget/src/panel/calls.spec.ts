import { describe, expect, it } from '@jest/globals';
import { ApiError } from '@beseda/realtime';
import type { PageCall } from '../shared/protocol.js';
import type { WidgetApi } from './api.js';
import { PageCalls, toRequest } from './calls.js';

/** Which route a call takes, with which body. */
function sent(call: PageCall): unknown {
  const seen: unknown[] = [];
  const note = (route: string) => (body: unknown) => {
    seen.push([route, body]);
    return Promise.resolve({ token: 't', contactId: 'c' });
  };
  const api = { identify: note('identify'), auth: note('auth'), track: note('track') } as unknown as WidgetApi;
  const request = toRequest(call, '2026-05-14T10:00:00.000Z');
  if (!request) return null;
  void request(api);
  return seen[0];
}

describe('calls of the page', () => {
  it.each<[PageCall, unknown]>([
    [
      ['identify', { name: 'И', email: 'a@b', plan: 'pro', vip: true, list: [1], none: undefined }],
      ['identify', { name: 'И', email: 'a@b', properties: { plan: 'pro', vip: true } }],
    ],
    [
      [
        'identify',
        [
          { op: 'update_or_create', key: '$phone', value: 79991234567 },
          { op: 'set', key: 'city', value: 'Казань' },
          null,
        ],
      ],
      ['identify', { phone: '79991234567', properties: { city: 'Казань' } }],
    ],
    [['identify', {}], null],
    [['identify'], null],
    [
      ['auth', 42, 'abc'],
      ['auth', { userId: '42', hmac: 'abc' }],
    ],
    [['auth', 'u'], null],
    [
      ['track', 'cart', { sum: 1 }],
      ['track', { event: 'cart', props: { sum: 1 }, at: '2026-05-14T10:00:00.000Z' }],
    ],
    [
      ['track', 'cart', 'text'],
      ['track', { event: 'cart', at: '2026-05-14T10:00:00.000Z' }],
    ],
    [['track', ''], null],
  ])('%j', (call, expected) => {
    expect(sent(call)).toEqual(expected);
  });

  it('go out in order; a refused one does not stop the next', async () => {
    const order: string[] = [];
    const sessions: string[] = [];
    const calls = new PageCalls({} as WidgetApi, (token) => sessions.push(token));
    const refusal = new ApiError({ status: 400, code: 'INVALID_ARGUMENT', detail: '' });
    await new Promise<void>((resolve) => {
      calls.run(() => (order.push('first'), Promise.reject(refusal)));
      calls.run(() => (order.push('second'), Promise.resolve({ token: 'x', contactId: 'c' })));
      calls.run(() => (order.push('third'), resolve(), Promise.resolve()));
    });
    expect(order).toEqual(['first', 'second', 'third']);
    expect(sessions).toEqual(['x']);
  });
});
