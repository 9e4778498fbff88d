import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type World, makeWorld } from './testing/world.js';

describe('limits of the widget’s routes', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ BESEDA_TRUST_PROXY: '1' });
  });
  afterAll(() => world.stop());

  let sent = 0;
  const send = (token: string, address = '203.0.113.1'): Promise<Answer> =>
    world.call('POST', '/api/widget/messages', {
      token,
      headers: { 'x-forwarded-for': address },
      body: { clientMessageId: `client-${(sent += 1)}`, text: 'x' },
    });
  const many = (count: number, work: () => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(Array.from({ length: count }, work));

  it('lets 50 messages at once pass, then names the limit and when to come again', async () => {
    const { token } = await world.visitor();
    expect((await many(50, () => send(token))).map(({ status }) => status)).toEqual(Array(50).fill(200));
    const refused = (await many(50, () => send(token))).filter(({ status }) => status === 429);
    expect(refused.length).toBe(40);
    expect(refused[0]?.body).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    expect(refused[0]?.body.detail).toMatch(/At most 60 messages from one visitor in 10 seconds/);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const other = await world.visitor();
    expect((await send(other.token)).status).toBe(200);
    // Reading goes on.
    expect((await world.call('GET', '/api/widget/dialogs', { token })).status).toBe(200);
  }, 120_000);

  it('limits sessions by address', async () => {
    const open = (address: string): Promise<Answer> =>
      world.call('POST', '/api/widget/sessions', {
        headers: { 'x-forwarded-for': address },
        body: { siteId: world.siteId },
      });
    const outcomes = await many(610, () => open('203.0.113.9'));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(600);
    expect(outcomes.find(({ status }) => status === 429)?.body.detail).toContain('sessions from one address');
    expect((await open('203.0.113.10')).status).toBe(200);
  }, 120_000);
});
