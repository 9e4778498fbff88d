import type { Actor } from '@beseda/auth';
import type { presenceV1 } from '@beseda/contracts';
import { testEnv, type FakeAdmin } from '@beseda/service-defaults/testing';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  GATEWAY,
  OTHER_SITE,
  type RunningContacts,
  SITE,
  collectEvents,
  operatorActor,
  startAdmin,
  startContacts,
} from './testing/running-contacts.js';

describe('who is on the site', () => {
  let mongo: TestMongo;
  let admin: FakeAdmin;
  let running: RunningContacts;
  let second: RunningContacts;
  let events: { presence: presenceV1.PresenceEvent[] };

  beforeAll(async () => {
    mongo = await startTestMongo();
    admin = await startAdmin();
    const env = testEnv(mongo.uri, admin);
    running = await startContacts(env);
    second = await startContacts(env);
    events = await collectEvents(running.bus);
  });
  afterAll(async () => {
    await Promise.all([running?.stop(), second?.stop()]);
    await admin?.stop();
    await mongo?.stop();
  });
  const renew = (instance: string, contactIds: string[], releasedContactIds: string[] = [], actor: Actor = GATEWAY) =>
    running.client.call('renewVisitorLeases', { instance, contactIds, releasedContactIds }, { actor });
  const visitor = async (siteId = SITE): Promise<string> => (await running.open({ siteId })).contact.id;
  const online = async (id: string, siteId = SITE) => (await running.card(id, operatorActor(siteId))).online;
  const published = (id: string): boolean[] =>
    events.presence.flatMap(({ body }) =>
      body?.$case === 'visitorPresenceChanged' && body.value.contactId === id ? [body.value.online] : [],
    );
  const visitors = () => running.connection.collection<{ _id: string; expiresAt?: Date }>('visitors');

  it('a visitor with an open widget is online; only the first and the last gateway are news', async () => {
    const id = await visitor();
    expect(await online(id)).toBe(false);
    await renew('gw-1', [id]);
    await renew('gw-2', [id]);
    await renew('gw-1', [id]);
    expect(await online(id)).toBe(true);
    await renew('gw-1', [], [id]);
    expect(await online(id)).toBe(true);
    await renew('gw-2', [], [id]);
    expect(await online(id)).toBe(false);
    await renew('gw-2', [id]);
    expect(await online(id)).toBe(true);
    await until(() => published(id).length === 3, { what: 'three changes' });
    expect(published(id)).toEqual([true, false, true]);
    const envelopes = events.presence.flatMap(({ envelope, body }) =>
      body?.$case === 'visitorPresenceChanged' && body.value.contactId === id && envelope ? [envelope] : [],
    );
    expect(envelopes.map(({ seq, siteId, type }) => ({ seq, siteId, type }))).toEqual(
      [1, 2, 3].map((seq) => ({ seq, siteId: SITE, type: 'visitor.presence.changed' })),
    );
    expect(new Set(envelopes.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it('a lease ends by itself: at once for readers, soon for everybody', async () => {
    const id = await visitor();
    await renew('gw-1', [id]);
    await until(() => published(id).length === 1, { what: 'the arrival' });
    const before = await visitors().findOne({ _id: id });
    expect(before?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 20_000);
    const past = new Date(Date.now() - 1);
    await visitors().updateOne({ _id: id }, { $set: { expiresAt: past, 'leases.gw-1': past } });
    expect(await online(id)).toBe(false);
    await until(() => published(id).length === 2, { what: 'the departure', timeoutMs: 10_000 });
    expect(published(id)).toEqual([true, false]);
    expect(await visitors().findOne({ _id: id })).toMatchObject({ online: false, leases: {} });
  });

  it('was seen last when it left', async () => {
    const id = await visitor();
    await running.connection
      .collection<{ _id: string }>('contacts')
      .updateOne({ _id: id }, { $set: { lastSeenAt: new Date(Date.now() - 3_600_000) } });
    await renew('gw-1', [id]);
    await renew('gw-1', [], [id]);
    expect((await running.card(id)).lastSeenAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await renew('gw-1', [id]);
    const ended = new Date(Date.now() + 1);
    await visitors().updateOne({ _id: id }, { $set: { expiresAt: ended, 'leases.gw-1': ended } });
    await until(async () => (await running.card(id)).lastSeenAt?.getTime() === ended.getTime(), {
      what: 'the time of the lease that ran out',
      timeoutMs: 10_000,
    });
  });

  it('is told of several sites in one call, or of one', async () => {
    const here = await visitor();
    const there = await visitor(OTHER_SITE);
    await renew('gw-1', [here, there, 'nobody', here]);
    expect(await online(here)).toBe(true);
    expect(await online(there, OTHER_SITE)).toBe(true);
    const third = await visitor();
    await renew('gw-1', [third], [there], { kind: 'service', id: 'gateway', siteId: OTHER_SITE });
    expect(await online(third)).toBe(false);
    expect(await online(there, OTHER_SITE)).toBe(false);
    expect(await visitors().countDocuments({ _id: 'nobody' })).toBe(0);
  });

  it('agrees when gateways come and go at once, on two replicas', async () => {
    const id = await visitor();
    const call = (replica: RunningContacts, instance: string, contactIds: string[], releasedContactIds: string[]) =>
      replica.client.call('renewVisitorLeases', { instance, contactIds, releasedContactIds }, { actor: GATEWAY });
    await Promise.all(Array.from({ length: 20 }, (_, i) => call(i % 2 === 0 ? running : second, `gw-${i}`, [id], [])));
    await until(() => published(id).length === 1, { what: 'one arrival' });
    await Promise.all(Array.from({ length: 20 }, (_, i) => call(i % 2 === 0 ? second : running, `gw-${i}`, [], [id])));
    expect(await online(id)).toBe(false);
    await until(() => published(id).length === 2, { what: 'one departure' });
    expect(published(id)).toEqual([true, false]);
  });

  it('serves only gateways, and checks what they say', async () => {
    await expect(renew('gw.1', [])).rejects.toMatchObject({ fields: [{ path: 'instance' }] });
    await expect(renew('gw-1', [], [], { kind: 'service', id: 'dialogs' })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});
