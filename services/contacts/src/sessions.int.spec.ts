import { LIMITS } from '@beseda/api';
import { type contactsV1, contactsV1 as contacts } from '@beseda/contracts';
import { testEnv, type FakeAdmin } from '@beseda/service-defaults/testing';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  GATEWAY,
  OTHER_SITE,
  type RunningContacts,
  SITE,
  collectEvents,
  siteSettingNow,
  contactActor,
  operatorActor,
  startAdmin,
  startContacts,
} from './testing/running-contacts.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36';

describe('visitors', () => {
  let mongo: TestMongo;
  let admin: FakeAdmin;
  let running: RunningContacts;
  let events: { contacts: contactsV1.ContactEvent[] };

  beforeAll(async () => {
    mongo = await startTestMongo();
    admin = await startAdmin();
    running = await startContacts(testEnv(mongo.uri, admin));
    events = await collectEvents(running.bus);
  });
  afterAll(async () => {
    await running?.stop();
    await admin?.stop();
    await mongo?.stop();
  });
  const of = (id: string) => events.contacts.filter(({ envelope }) => envelope?.aggregateId === id);
  const age = (id: string, ms: number) =>
    running.connection
      .collection('contacts')
      .updateOne({ _id: id as never }, { $set: { lastSeenAt: new Date(Date.now() - ms) } });
  const track = (id: string, event: string, props?: Record<string, unknown>, at?: Date) =>
    running.client.call('track', { event, props, at }, { actor: contactActor(id) });
  const view = (id: string, url: string, title = 'A page', referrer = '') =>
    running.client.call('recordPageView', { page: { url, title, referrer } }, { actor: contactActor(id) });

  it('makes a contact of a new visitor, with a token, and knows it again', async () => {
    const page = {
      url: 'https://shop.example/catalogue?utm_source=news&utm_campaign=autumn',
      title: 'Catalogue',
      referrer: 'https://search.example/?q=tea',
    };
    const device = { userAgent: CHROME, language: 'ru-RU', timezone: 'Europe/Moscow', screen: '1440x900' };
    const { token, contact } = await running.open({ page, device });
    expect(contact).toMatchObject({
      siteId: SITE,
      name: '',
      visits: 1,
      pageViews: 0,
      verified: false,
      online: false,
      referrer: 'https://search.example/?q=tea',
      utm: { source: 'news', campaign: 'autumn', medium: '' },
      device: { browser: 'Chrome 128', os: 'Windows 10', type: 'desktop' },
      language: 'ru-RU',
      timezone: 'Europe/Moscow',
      lastPage: { url: page.url, title: 'Catalogue' },
      history: [{ kind: contacts.HistoryKind.HISTORY_KIND_SESSION }],
    });
    const again = await running.open({ token });
    expect(again.contact).toMatchObject({
      id: contact.id,
      visits: 1,
      language: 'ru-RU',
      device: { browser: 'Chrome 128' },
    });
    await until(() => of(contact.id).length === 1, { what: 'contact.created' });
    expect(of(contact.id)[0]).toMatchObject({
      envelope: { seq: 1, type: 'contact.created', siteId: SITE, actor: { id: contact.id } },
    });
  });

  it('gives a new contact for a foreign, damaged or outdated token, and nothing for an unknown site', async () => {
    const { token, contact } = await running.open();
    const elsewhere = await running.open({ siteId: OTHER_SITE, token });
    expect(elsewhere.contact.id).not.toBe(contact.id);
    for (const bad of ['x', `${token}x`, 'y'.repeat(5_000)]) {
      expect((await running.open({ token: bad })).contact.id).not.toBe(contact.id);
    }
    const gone = await running.open();
    await running.connection.collection('contacts').deleteOne({ _id: gone.contact.id as never });
    expect((await running.open({ token: gone.token })).contact.id).not.toBe(gone.contact.id);
    await expect(running.open({ siteId: 'no-such-site' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('serves a site that was made a moment ago, before the bus has told of it', async () => {
    admin.put(siteSettingNow('site-new'));
    expect((await running.open({ siteId: 'site-new' })).contact.siteId).toBe('site-new');
    const asked = Date.now();
    const unknown = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => running.open({ siteId: `no-${i}` })));
    expect(unknown.every((r) => r.status === 'rejected' && (r.reason as { code: string }).code === 'NOT_FOUND')).toBe(
      true,
    );
    expect(Date.now() - asked).toBeLessThan(4_000);
  });

  it('counts a visit after half an hour of silence; a direct one keeps where the person came from', async () => {
    const page = { url: 'https://shop.example/?utm_source=ads', title: '', referrer: 'https://a.example/' };
    const { token, contact } = await running.open({ page });
    await age(contact.id, 29 * 60_000);
    expect((await running.open({ token })).contact.visits).toBe(1);
    await age(contact.id, 31 * 60_000);
    const direct = await running.open({
      token,
      page: { url: 'https://shop.example/', title: '', referrer: 'https://shop.example/cart' },
    });
    expect(direct.contact).toMatchObject({ visits: 2, referrer: 'https://a.example/', utm: { source: 'ads' } });
    expect(direct.contact.history).toHaveLength(2);
    await age(contact.id, 31 * 60_000);
    await view(contact.id, 'https://shop.example/?utm_source=mail');
    expect(await running.card(contact.id)).toMatchObject({ visits: 3, utm: { source: 'mail' }, pageViews: 1 });
  });

  it('records page views and events, newest first, at most fifty, and publishes them in order', async () => {
    const { contact } = await running.open();
    await view(contact.id, 'https://shop.example/a', 'A');
    const earlier = new Date(Date.now() - 60_000);
    await track(contact.id, 'Added to cart', { sku: 'tea-1', price: 12.5, tags: ['a', { b: null }] }, earlier);
    await track(contact.id, 'From a wrong clock', undefined, new Date(Date.now() + 3_600_000));
    const card = await running.card(contact.id);
    expect(card).toMatchObject({ pageViews: 1, lastPage: { url: 'https://shop.example/a', title: 'A' } });
    expect(card.history.map(({ name }) => name)).toEqual(['From a wrong clock', 'Added to cart', '', '']);
    expect(card.history[1]).toMatchObject({
      kind: contacts.HistoryKind.HISTORY_KIND_EVENT,
      at: earlier,
      props: { sku: 'tea-1', price: 12.5, tags: ['a', { b: null }] },
    });
    expect(card.history[0]?.at?.getTime()).toBeLessThanOrEqual(Date.now());

    await Promise.all(Array.from({ length: 60 }, (_, i) => track(contact.id, `event ${i}`)));
    expect((await running.card(contact.id)).history).toHaveLength(50);
    await until(() => of(contact.id).length === 64, { what: '64 events' });
    expect(of(contact.id).map(({ envelope }) => envelope?.seq)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    const stored = await running.connection.collection('contacts').findOne({ _id: contact.id as never });
    await until(
      async () => {
        const doc = await running.connection.collection('contacts').findOne({ _id: contact.id as never });
        return doc?.['outbox'].length === 0 && doc['outboxSince'] === undefined;
      },
      { what: 'an empty outbox' },
    );
    expect(stored?.['seq']).toBe(64);
  });

  it('refuses what a hostile page may send', async () => {
    const { contact } = await running.open();
    const deep = { a: { b: { c: { d: { e: 1 } } } } };
    await expect(track(contact.id, 'x', deep)).rejects.toMatchObject({ fields: [{ path: 'props' }] });
    await expect(track(contact.id, 'x', { a: 'y'.repeat(5_000) })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(track(contact.id, ' ')).rejects.toMatchObject({ fields: [{ path: 'event' }] });
    await expect(track(contact.id, 'x'.repeat(101))).rejects.toMatchObject({ fields: [{ path: 'event' }] });
    await expect(view(contact.id, 'javascript:alert(1)')).rejects.toMatchObject({ fields: [{ path: 'page.url' }] });
    const [longUrl, longTitle] = ['https://shop.example/'.padEnd(LIMITS.pageUrl, 'x'), 'T'.repeat(LIMITS.pageTitle)];
    await expect(view(contact.id, `${longUrl}x`)).rejects.toMatchObject({ fields: [{ path: 'page.url' }] });
    await view(contact.id, longUrl, longTitle, 'javascript:alert(1)');
    expect((await running.card(contact.id)).lastPage).toMatchObject({
      url: expect.stringMatching(/^.{2048}$/),
      title: 'T'.repeat(300),
    });
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, i]));
    await expect(running.identify(contact.id, { properties: many })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    for (const properties of [
      { ['x'.repeat(65)]: 1 },
      { ' ': 1 },
      { a: 'x'.repeat(1_001) },
      { a: { nested: true } },
      { a: [1] },
      { a: Number.NaN },
    ]) {
      await expect(running.identify(contact.id, { properties })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        fields: [{ path: expect.stringMatching(/^properties\./) }],
      });
    }
    const large = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, 'x'.repeat(999)]));
    await expect(running.identify(contact.id, { properties: large })).rejects.toMatchObject({
      fields: [{ path: 'properties', code: 'too_many' }],
    });
    expect((await running.card(contact.id)).properties).toEqual({});
  });

  it('takes what a page says of the visitor, unverified, and tells only what changed', async () => {
    const { contact } = await running.open();
    const properties = { plan: 'pro', 'a.b': 1, $set: true, age: 41 };
    await running.identify(contact.id, {
      name: ' Anna ',
      email: 'Anna@Shop.example',
      phone: '+7 900 000-00-00',
      properties,
    });
    expect(await running.card(contact.id)).toMatchObject({ email: 'Anna@shop.example', phone: '+79000000000' });
    // The same number, written in another way, is no change.
    await running.identify(contact.id, { name: 'Anna', phone: '8 (900) 000-00-00', properties: { plan: 'pro' } });
    await running.identify(contact.id, { phone: '', properties: { plan: 'free', age: null, nothing: null } });
    expect(await running.card(contact.id)).toMatchObject({
      name: 'Anna',
      email: 'Anna@shop.example',
      phone: '',
      verified: false,
      properties: { plan: 'free', 'a.b': 1, $set: true },
      history: [
        { kind: contacts.HistoryKind.HISTORY_KIND_IDENTIFIED, props: { phone: '', plan: 'free', age: null } },
        { kind: contacts.HistoryKind.HISTORY_KIND_IDENTIFIED },
        { kind: contacts.HistoryKind.HISTORY_KIND_SESSION },
      ],
    });
    await until(() => of(contact.id).length === 3, { what: 'three events' });
    expect(of(contact.id)[2]?.body?.body).toEqual({
      $case: 'contactChanged',
      value: { name: undefined, email: undefined, phone: '', properties: { plan: 'free', age: null } },
    });
    await expect(running.identify(contact.id, { email: 'no mail', phone: 'call me' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [
        { path: 'email', code: 'invalid_value' },
        { path: 'phone', code: 'invalid_value' },
      ],
    });
  });

  it('lets operators of the site edit the card, and nobody else see it', async () => {
    const { contact } = await running.open();
    const update = (actor = operatorActor()) =>
      running.client.call(
        'updateContact',
        { contactId: contact.id, name: 'Ivan', properties: { vip: true } },
        { actor },
      );
    expect((await update()).contact).toMatchObject({ name: 'Ivan', properties: { vip: true } });
    await until(() => of(contact.id).length === 2, { what: 'contact.changed' });
    expect(of(contact.id)[1]?.envelope?.actor).toMatchObject({ id: 'op-1' });
    const wrong = { contactId: contact.id, email: 'anna@example', phone: '1', properties: undefined };
    await expect(running.client.call('updateContact', wrong, { actor: operatorActor() })).rejects.toMatchObject({
      fields: [
        { path: 'email', code: 'invalid_value' },
        { path: 'phone', code: 'invalid_value' },
      ],
    });
    await expect(update(operatorActor(OTHER_SITE))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(running.card(contact.id, operatorActor(OTHER_SITE))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(update(contactActor(contact.id))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const stranger = await running.open();
    await expect(running.card(contact.id, contactActor(stranger.contact.id))).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    await expect(running.identify(contact.id, { name: 'X' }, OTHER_SITE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await running.card(contact.id, contactActor(contact.id))).name).toBe('Ivan');
    await expect(
      running.client.call(
        'openSession',
        { siteId: SITE, token: '', page: undefined, device: undefined },
        { actor: contactActor('x') },
      ),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('publishes what a crash left in the document', async () => {
    const { contact } = await running.open();
    await until(() => of(contact.id).length === 1, { what: 'contact.created' });
    const collection = running.connection.collection('contacts');
    await track(contact.id, 'before');
    await until(() => of(contact.id).length === 2, { what: 'the event before' });
    // As after a kill between store and publish: committed, waiting, and nobody drains it.
    const other = await running.open();
    await track(other.contact.id, 'template');
    const waiting = contacts.ContactEvent.encode({
      envelope: { ...of(contact.id)[1]!.envelope!, eventId: 'lost-1', seq: 3 },
      body: of(contact.id)[1]?.body,
    }).finish();
    await collection.updateOne({ _id: contact.id as never }, {
      $set: { seq: 3, outboxSince: new Date(Date.now() - 10_000) },
      $inc: { rev: 1 },
      $push: { outbox: { _id: 'lost-1', siteId: SITE, seq: 3, type: 'event.tracked', event: Buffer.from(waiting) } },
    } as never);
    await until(() => of(contact.id).length === 3, { what: 'the event that waited' });
    expect(of(contact.id)[2]?.envelope).toMatchObject({ eventId: 'lost-1', seq: 3 });
    await track(contact.id, 'after');
    await until(() => of(contact.id).at(-1)?.envelope?.seq === 4, { what: 'the event after' });
  });

  it('is ready once it knows the sites', async () => {
    const ready = await fetch(`${running.service.httpUrl}/health/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ready', checks: { mongo: 'ok', settings: 'ok' } });
    expect(GATEWAY.kind).toBe('service');
  });
});
