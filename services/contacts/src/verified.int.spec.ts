import { type contactsV1, settingRecord } from '@beseda/contracts';
import type { AppError } from '@beseda/errors';
import { testEnv, type FakeAdmin } from '@beseda/service-defaults/testing';
import { type SettingsCopy, settingsToken } from '@beseda/settings';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  OTHER_SITE,
  type RunningContacts,
  SITE,
  collectEvents,
  contactActor,
  hmacOf,
  secrets,
  siteSettingNow,
  startAdmin,
  startContacts,
} from './testing/running-contacts.js';

describe('verified users', () => {
  let mongo: TestMongo;
  let admin: FakeAdmin;
  let env: Record<string, string>;
  let running: RunningContacts;
  let second: RunningContacts;
  let events: { contacts: contactsV1.ContactEvent[] };
  let askedBefore: number;

  beforeEach(async () => {
    secrets.version = 1;
    askedBefore = secrets.asked;
    mongo = await startTestMongo();
    admin = await startAdmin();
    env = testEnv(mongo.uri, admin);
    running = await startContacts(env);
    second = await startContacts(env);
    events = await collectEvents(running.bus);
  });
  afterEach(async () => {
    await Promise.all([running?.stop(), second?.stop()]);
    await admin?.stop();
    await mongo?.stop();
  });
  const of = (id: string) => events.contacts.filter(({ envelope }) => envelope?.aggregateId === id);
  const typesOf = (id: string) => of(id).map(({ envelope }) => envelope?.type);
  const visitor = async (): Promise<string> => (await running.open()).contact.id;
  const contacts = () => running.connection.collection<{ _id: string }>('contacts');

  it('binds the contact to the user id, and asks for the secret once', async () => {
    const id = await visitor();
    expect(await running.auth(id, 'user-1')).toBe(id);
    expect(await second.auth(id, 'user-1')).toBe(id);
    expect(await running.card(id)).toMatchObject({ userId: 'user-1', verified: true });
    await until(() => of(id).length === 2, { what: 'contact.identified' });
    expect(of(id)[1]?.body?.body).toEqual({
      $case: 'contactIdentified',
      value: { userId: 'user-1', verified: true },
    });
    expect(secrets.asked).toBe(askedBefore + 1);
    const stored = await running.connection.collection('identity_secrets').find().toArray();
    expect(JSON.stringify(stored)).not.toContain(Buffer.from(secrets.of(SITE, 1)).toString('base64').slice(0, 12));
    expect(stored).toHaveLength(1);
  });

  it('refuses a wrong signature, of another user or of another site', async () => {
    const id = await visitor();
    for (const hmac of [hmacOf('user-3'), hmacOf('user-2', OTHER_SITE), '0'.repeat(64)]) {
      await expect(running.auth(id, 'user-2', hmac)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        fields: [{ path: 'hmac', code: 'wrong_signature' }],
      });
    }
    await expect(running.auth(id, 'user-2', 'zz')).rejects.toMatchObject({ fields: [{ path: 'hmac' }] });
    await expect(running.auth(id, '', hmacOf(''))).rejects.toMatchObject({ fields: [{ path: 'userId' }] });
    expect(await running.card(id)).toMatchObject({ userId: '', verified: false });
    expect(await running.auth(id, 'user-2', hmacOf('user-2').toUpperCase())).toBe(id);
  });

  it('takes an anonymous contact into the known one', async () => {
    const known = await visitor();
    await running.identify(known, { name: 'Anna', properties: { plan: 'pro' } });
    await running.auth(known, 'user-10');
    const { contact, token } = await running.open({
      page: { url: 'https://shop.example/?utm_source=mail', title: 'Start', referrer: '' },
    });
    await running.identify(contact.id, {
      name: 'Not Anna',
      email: 'anna@shop.example',
      properties: { plan: 'x', city: 'Tver' },
    });

    expect(await running.auth(contact.id, 'user-10')).toBe(known);
    const card = await running.card(known);
    expect(card).toMatchObject({
      id: known,
      name: 'Anna',
      email: 'anna@shop.example',
      properties: { plan: 'pro', city: 'Tver' },
      visits: 2,
      utm: { source: 'mail' },
      lastPage: { title: 'Start' },
    });
    expect(card.history).toHaveLength(5);
    // An operator who opens the old card finds the survivor; whoever kept the old token finds nothing of it.
    expect((await running.card(contact.id)).id).toBe(known);
    const stranger = (await running.open({ token })).contact;
    expect([known, contact.id]).not.toContain(stranger.id);
    expect(stranger).toMatchObject({ name: '', email: '', verified: false });
    const late = { event: 'late', props: undefined, at: undefined };
    const old = { actor: contactActor(contact.id) };
    await expect(running.client.call('track', late, old)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(running.client.call('getContact', { contactId: contact.id }, old)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await running.auth(contact.id, 'user-10')).toBe(known);

    await until(() => typesOf(contact.id).includes('contact.merged'), { what: 'contact.merged' });
    expect(of(contact.id).at(-1)?.body?.body).toEqual({ $case: 'contactMerged', value: { intoContactId: known } });
    await until(() => typesOf(known).length === 4, { what: 'all events of the survivor' });
    expect(typesOf(known)).toEqual(['contact.created', 'contact.changed', 'contact.identified', 'contact.changed']);
    expect(of(known)[3]?.body?.body).toMatchObject({
      value: { name: undefined, email: 'anna@shop.example', properties: { city: 'Tver' } },
    });
  });

  it('opens what a verified person has by the token of the proof alone, until the secret changes', async () => {
    const { contact, token: before } = await running.open();
    const proof = { userId: 'user-80', hmac: hmacOf('user-80') };
    const actor = contactActor(contact.id);
    const { token } = await running.client.call('authenticate', proof, { actor, deadlineMs: 25_000 });
    expect((await running.open({ token: before })).contact.id).not.toBe(contact.id);
    const renewed = await running.open({ token });
    expect(renewed.contact.id).toBe(contact.id);
    expect((await running.open({ token: renewed.token })).contact.id).toBe(contact.id);

    secrets.version = 2;
    admin.put(siteSettingNow(SITE));
    await running.bus.publish([settingRecord(siteSettingNow(SITE), 'rotation')]);
    const stranger = async (): Promise<boolean> =>
      (await running.open({ token: renewed.token })).contact.id !== contact.id;
    await until(stranger, { what: 'the token to end with the secret' });
  });

  it('keeps users of one browser apart', async () => {
    const first = await visitor();
    await running.identify(first, { name: 'First' });
    await running.auth(first, 'user-20');
    const fresh = await running.auth(first, 'user-21');
    expect(fresh).not.toBe(first);
    expect(await running.card(fresh)).toMatchObject({ name: '', userId: 'user-21', verified: true });
    expect(await running.card(first)).toMatchObject({ name: 'First', userId: 'user-20', verified: true });
    expect(await running.auth(fresh, 'user-20')).toBe(first);
    expect(await running.card(fresh)).toMatchObject({ userId: 'user-21' });
  });

  it('keeps the same user id of two sites apart', async () => {
    const here = await visitor();
    await running.auth(here, 'user-30');
    const { contact } = await running.open({ siteId: OTHER_SITE });
    expect(await running.auth(contact.id, 'user-30', hmacOf('user-30', OTHER_SITE), OTHER_SITE)).toBe(contact.id);
    expect((await running.card(here)).userId).toBe('user-30');
  });

  it('agrees on one contact however many browsers prove the same user at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, visitor));
    await Promise.all(ids.map((id, i) => running.identify(id, { properties: { [`p${i}`]: i } })));
    const answers = await Promise.all(
      ids.flatMap((id, i) => [running, second].map((replica) => replica.auth(id, 'user-40').then((to) => ({ to, i })))),
    );
    const survivors = new Set(answers.map(({ to }) => to));
    expect(survivors.size).toBe(1);
    const [survivor = ''] = survivors;
    const card = await running.card(survivor);
    expect(card.properties).toEqual(Object.fromEntries(ids.map((_, i) => [`p${i}`, i])));
    expect(card.visits).toBe(12);
    await until(() => ids.filter((id) => typesOf(id).at(-1) === 'contact.merged').length === 11, {
      what: 'eleven merges',
    });
    for (const id of ids) {
      // An outbox may publish an event again; each reader drops what it knows.
      const seqs = [...new Set(of(id).map(({ envelope }) => envelope?.seq))];
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    }
  });

  it('finishes a merge that was cut short, by reading or by itself, and counts nothing twice', async () => {
    const cutShort = async (user: string): Promise<{ known: string; merged: string }> => {
      const known = await visitor();
      await running.auth(known, user);
      const merged = await visitor();
      await running.identify(merged, { email: `${user}@shop.example` });
      await contacts().updateOne(
        { _id: merged },
        { $set: { mergedInto: known, mergePending: true }, $inc: { rev: 1 } },
      );
      return { known, merged };
    };
    const one = await cutShort('user-50');
    expect(await running.card(one.merged)).toMatchObject({ id: one.known, email: 'user-50@shop.example', visits: 2 });
    // Taken over, but not noted: the crash came one step later.
    await contacts().updateOne({ _id: one.merged }, { $set: { mergePending: true }, $inc: { rev: 1 } });
    expect(await running.card(one.merged)).toMatchObject({ id: one.known, visits: 2 });

    const two = await cutShort('user-51');
    await until(async () => (await running.card(two.known)).visits === 2, { what: 'upkeep finishes the merge' });
    await until(async () => (await contacts().countDocuments({ mergePending: true })) === 0, {
      what: 'nothing pending',
    });
  });

  it('fetches the secret anew when its version rises, and needs admin only then', async () => {
    const id = await visitor();
    await running.auth(id, 'user-60');
    const asked = secrets.asked;
    secrets.version = 2;
    admin.put(siteSettingNow(SITE));
    const replica = await startContacts(env);
    try {
      const sites = replica.service.app.get<SettingsCopy<'site'>>(settingsToken('site'));
      await until(() => sites.version(SITE) === 2, { what: 'the new version of the site' });
      await expect(replica.auth(id, 'user-60', hmacOf('user-60', SITE, 1))).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
      expect(await replica.auth(id, 'user-60', hmacOf('user-60', SITE, 2))).toBe(id);
      expect(secrets.asked).toBe(asked + 1);
      // The others find the newer copy, whatever version they have heard of.
      expect(await running.auth(id, 'user-60', hmacOf('user-60', SITE, 2))).toBe(id);
      expect(secrets.asked).toBe(asked + 1);
    } finally {
      await replica.stop();
    }
  });

  it('takes a rotated secret at once, and the old one no more', async () => {
    const id = await visitor();
    expect(await running.auth(id, 'user-70', hmacOf('user-70', SITE, 1))).toBe(id);
    secrets.version = 2;
    admin.put(siteSettingNow(SITE));
    await running.bus.publish([settingRecord(siteSettingNow(SITE), 'rotation')]);
    const refused = async (): Promise<boolean> =>
      running.auth(id, 'user-70', hmacOf('user-70', SITE, 1)).then(
        () => false,
        (error: AppError) => error.code === 'PERMISSION_DENIED',
      );
    await until(refused, { what: 'the old secret to be refused' });
    expect(await running.auth(id, 'user-70', hmacOf('user-70', SITE, 2))).toBe(id);
  });
});
