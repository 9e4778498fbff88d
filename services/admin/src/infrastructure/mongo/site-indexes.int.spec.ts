import type { Actor } from '@beseda/auth';
import { MONGO_CONNECTION, plansOf, recordQueries } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { DEFAULT_HOURS } from '../../domain/hours.js';
import { FIRST_PASSWORD, testEnv } from '../../testing/running-admin.js';
import { type RunningSites, noChange, person, startSites } from '../../testing/running-sites.js';

describe('queries about sites', () => {
  let mongo: TestMongo;
  let sites: RunningSites;
  beforeAll(async () => {
    mongo = await startTestMongo();
    sites = await startSites(testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD }));
  });
  afterAll(async () => {
    await sites?.stop();
    await mongo?.stop();
  });

  it('read the index named for them', async () => {
    const connection = sites.service.app.get<Connection>(MONGO_CONNECTION);
    const sent = recordQueries(connection);
    const { siteId, admin, library } = sites;
    const actor = person(siteId, 'admin');
    const gateway: Actor = { kind: 'service', id: 'gateway', siteId };
    await sites.createSite('Two');
    await admin.call('recordWidgetSeen', { host: 'shop.example' }, { actor: gateway });
    await admin.call('updateSite', { ...noChange(siteId), color: '#123456' }, { actor });
    await admin.call('rotateIdentitySecret', { siteId }, { actor });
    await admin.call('getSite', {}, { actor });
    for (const timezone of ['Asia/Tomsk', 'Asia/Omsk']) {
      const { version } = await library.call('getHours', {}, { actor });
      await library.call('updateHours', { version, hours: { ...DEFAULT_HOURS, timezone } }, { actor });
    }
    await library.call('createTag', { name: 'one', color: '' }, { actor });
    await library.call('createTag', { name: 'two', color: '' }, { actor });
    const content = {
      title: 'a',
      text: 'a',
      folder: '',
      files: [],
      audience: { kind: 'everyone', teamId: '', operatorId: '' },
    };
    const { items } = await library.call('createSavedReplies', { items: [content] }, { actor });
    const [made] = items;
    const ids = [made?.id ?? ''];
    await library.call(
      'updateSavedReply',
      { id: ids[0] ?? '', version: 1, content: { ...content, text: 'b' } },
      { actor },
    );
    await library.call('orderSavedReplies', { ids }, { actor });
    await library.call('orderSavedReplies', { ids }, { actor });
    await library.call('deleteSavedReplies', { ids }, { actor });
    for (const kind of ['site', 'tag', 'hours']) await sites.snapshot(kind);

    const own = /^(sites|widget_seen|tag_catalogues|hours|saved_replies|saved_reply_orders|counters)\(/;
    await until(() => sent.some(({ name }) => name === 'saved_reply_orders(_id,version)'), { what: 'every query' });
    // The outboxes' own queries come whenever they like, and are tested with them.
    const mine = sent.filter(({ name }) => own.test(name) && !name.includes('outboxSince'));
    expect(await plansOf(connection, mine)).toEqual({
      // Everything is wanted.
      'sites()': expect.any(String),
      'tag_catalogues()': expect.any(String),
      'hours()': expect.any(String),
      'counters(_id)': '_id_',
      'sites(_id)': '_id_',
      'sites(_id,version)': '_id_',
      'widget_seen(_id)': '_id_',
      'widget_seen(siteId)': 'widget_seen_by_site',
      'tag_catalogues(_id)': '_id_',
      'tag_catalogues(_id,seq)': '_id_',
      'hours(_id)': '_id_',
      'hours(_id,version)': '_id_',
      'saved_replies(siteId)': 'saved_replies_by_site',
      'saved_replies(_id,siteId)': '_id_',
      'saved_replies($or,_id,siteId,version)': '_id_',
      'saved_reply_orders(_id)': '_id_',
      'saved_reply_orders(_id,version)': '_id_',
    });
  });
});
