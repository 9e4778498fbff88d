import { presenceV1 } from '@beseda/contracts';
import { plansOf, recordQueries } from '@beseda/mongo';
import { operatorSetting, testEnv, type FakeAdmin } from '@beseda/service-defaults/testing';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PresenceRepository } from './infrastructure/mongo/presence.repository.js';
import {
  OTHER_SITE,
  type RunningRouting,
  SITE,
  collectPresence,
  gatewayOf,
  operatorActor,
  publishOperator,
  startAdmin,
  startRouting,
  word,
} from './testing/running-routing.js';

const { OPERATOR_STATE_AWAY: AWAY, OPERATOR_STATE_ONLINE: ONLINE } = presenceV1.OperatorState;

describe('which operators are there', () => {
  let mongo: TestMongo;
  let admin: FakeAdmin;
  let env: Record<string, string>;
  let running: RunningRouting;
  let second: RunningRouting;
  let published: string[];

  beforeAll(async () => {
    mongo = await startTestMongo();
    admin = await startAdmin();
  });
  beforeEach(async () => {
    await Promise.all([running?.stop(), second?.stop()]);
    env = testEnv(mongo.uri, admin);
    running = await startRouting(env);
    second = await startRouting(env);
    published = await collectPresence(second.bus);
  });
  afterAll(async () => {
    await Promise.all([running?.stop(), second?.stop()]);
    await admin?.stop();
    await mongo?.stop();
  });
  const setStatus = (operatorId: string, status: presenceV1.OperatorState, siteId = SITE) =>
    running.client.call('setStatus', { status }, { actor: operatorActor(operatorId, siteId) });
  const presence = () => running.connection.collection<{ _id: string }>('presence');

  it('several tabs and gateways are one person: only the first and the last are news', async () => {
    await running.renew('gw-1', ['anna']);
    await second.renew('gw-2', ['anna']);
    await running.renew('gw-1', ['anna']);
    expect(await running.states()).toEqual({ anna: 'online' });
    await running.renew('gw-1', [], ['anna']);
    expect(await second.states()).toEqual({ anna: 'online' });
    await second.renew('gw-2', [], ['anna']);
    expect(await running.states()).toEqual({ anna: 'offline' });
    await until(() => published.length === 2, { what: 'coming and going' });
    expect(published).toEqual(['anna:online', 'anna:offline']);
  });

  it('a killed gateway: gone for readers when the lease ends, told to everybody soon after', async () => {
    await running.renew('gw-1', ['anna']);
    const past = new Date(Date.now() - 1);
    await presence().updateOne({ _id: `${SITE}:anna` }, { $set: { expiresAt: past, 'leases.gw-1': past } });
    expect(await running.states()).toEqual({ anna: 'offline' });
    await until(() => published.length === 2, { what: 'the departure', timeoutMs: 10_000 });
    expect(published).toEqual(['anna:online', 'anna:offline']);
  });

  it('a chosen status is seen at once, on every site, and survives leaving and a restart', async () => {
    await running.renew('gw-1', ['boris']);
    await running.renew('gw-1', ['boris'], [], OTHER_SITE);
    expect(word((await setStatus('boris', AWAY)).state)).toBe('away');
    expect(await running.states()).toEqual({ boris: 'away' });
    expect(await running.states(OTHER_SITE)).toEqual({ boris: 'away' });
    await running.renew('gw-1', [], ['boris']);
    await running.stop();
    running = await startRouting(env);
    await running.renew('gw-3', ['boris']);
    expect(await running.states()).toEqual({ boris: 'away' });
    expect(word((await setStatus('boris', ONLINE)).state)).toBe('online');
    // States that others overtook before they were told may be left out; the order of the rest is kept.
    await until(() => published.lastIndexOf('boris:online') > published.lastIndexOf('boris:away'), { what: 'the end' });
    expect(published).toContain('boris:away');
  });

  it('a status chosen before anybody came counts from the first console on, and the same again is no news', async () => {
    expect(word((await setStatus('vera', AWAY)).state)).toBe('offline');
    await running.renew('gw-1', ['vera']);
    await setStatus('vera', AWAY);
    await setStatus('vera', AWAY);
    expect(await running.states()).toEqual({ vera: 'away' });
    await until(() => published.includes('vera:away'), { what: 'the arrival' });
    // Whether the choice itself was told before the arrival overtook it does not matter.
    expect(published.filter((news) => news !== 'vera:offline')).toEqual(['vera:away']);
  });

  it('agrees when a status is chosen while the first console opens', async () => {
    for (let round = 0; round < 10; round++) {
      await presence().deleteMany({});
      await Promise.all([setStatus('anna', AWAY), second.renew('gw-1', ['anna'])]);
      expect(await running.states()).toEqual({ anna: 'away' });
    }
  });

  it('agrees when gateways come and go at once, on two replicas', async () => {
    const on = (i: number): RunningRouting => (i % 2 === 0 ? running : second);
    await Promise.all(Array.from({ length: 20 }, (_, i) => on(i).renew(`gw-${i}`, ['anna'])));
    await Promise.all(Array.from({ length: 20 }, (_, i) => on(i + 1).renew(`gw-${i}`, [], ['anna'])));
    expect(await running.states()).toEqual({ anna: 'offline' });
    await until(() => published.length === 2, { what: 'one coming, one going' });
    expect(published).toEqual(['anna:online', 'anna:offline']);
  });

  it('lists nobody who no longer works there; the whole installation only for a gateway', async () => {
    await running.renew('gw-1', ['anna', 'boris']);
    await running.renew('gw-1', ['boris'], [], OTHER_SITE);
    const all = await running.client.call('listPresence', {}, { actor: { kind: 'service', id: 'gateway' } });
    expect(all.items.map(({ siteId, operatorId }) => `${siteId}:${operatorId}`).toSorted()).toEqual([
      `${SITE}:anna`,
      `${SITE}:boris`,
      `${OTHER_SITE}:boris`,
    ]);
    const asOperator = await running.client.call('listPresence', {}, { actor: operatorActor('boris', OTHER_SITE) });
    expect(asOperator.items.map(({ siteId }) => siteId)).toEqual([OTHER_SITE]);
    await publishOperator(running.bus, operatorSetting('anna', [SITE], { version: 2, value: { disabled: true } }));
    await until(async () => Object.keys(await running.states()).join() === 'boris', { what: 'anna gone' });
  });

  it('serves gateways only, and checks what they say', async () => {
    await expect(running.renew('gw.1', ['anna'])).rejects.toMatchObject({ fields: [{ path: 'instance' }] });
    await expect(running.renew('gw', ['a.b'])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const request = { instance: 'gw', operatorIds: ['anna'], releasedOperatorIds: [] };
    for (const actor of [operatorActor('anna'), { kind: 'service', id: 'dialogs', siteId: SITE } as const])
      await expect(running.client.call('renewOperatorLeases', request, { actor })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
    await expect(setStatus('anna', presenceV1.OperatorState.OPERATOR_STATE_OFFLINE)).rejects.toMatchObject({
      fields: [{ path: 'status' }],
    });
    await expect(running.client.call('setStatus', { status: AWAY }, { actor: gatewayOf(SITE) })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });

  it('reads the index named for each query', async () => {
    const sent = recordQueries(running.connection);
    await running.renew('gw-1', ['anna']);
    await running.renew('gw-1', ['anna']);
    await setStatus('anna', AWAY);
    await running.renew('gw-1', [], ['anna']);
    await running.states();
    await running.service.app.get(PresenceRepository).sweep('test');
    const plans = await plansOf(
      running.connection,
      sent.filter(({ name }) => !/outboxSince|_id,version\)/.test(name)),
    );
    expect(plans).toEqual({
      'presence(_id,online)': '_id_',
      'presence(_id,online,siteId)': '_id_',
      'presence(_id,rev)': '_id_',
      'presence(_id,status)': '_id_',
      'presence(expiresAt)': 'presence_to_expire',
      'presence(siteId)': 'presence_by_site',
    });
  });
});
