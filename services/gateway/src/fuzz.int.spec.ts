import { type FuzzDocument, fuzz } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiDescription } from './transport/http/openapi/description.js';
import { type World, makeWorld } from './testing/world.js';

/** A short round; `npm run fuzz` sends more, to the whole product. */
describe('generated requests', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ BESEDA_TRUST_PROXY: '1' });
  });
  afterAll(() => world.stop());

  it('never make the gateway fail, and refusals are short', async () => {
    const means = async () => {
      const operator = await world.operator({ [world.siteId]: 'superadmin' });
      const visitor = await world.visitor();
      const tokens = { operator: operator.token, visitor: visitor.token };
      return { tokens, siteId: world.siteId, ids: [operator.id, operator.sessionId, visitor.id, 'unknown'] };
    };
    const document = world.gateway.app.get(ApiDescription).document() as unknown as FuzzDocument;
    const seed = process.env['BESEDA_SEED'] ?? '1';
    const report = await fuzz({ url: world.url, document, seed, requests: 600, withinMs: 15_000, means });
    expect(report.faults).toEqual([]);
    expect(report.requests).toBeGreaterThan(100);
    expect(report.sockets).toBeGreaterThan(3);
    // It reaches what it is about: many requests are good ones.
    expect([...report.answers.values()].filter((answers) => answers.has('2xx')).length).toBeGreaterThan(10);
  }, 60_000);
});
