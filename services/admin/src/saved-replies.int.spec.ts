import type { Role } from '@beseda/api';
import type { Actor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { type TestMongo, startTestMongo } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { FIRST_PASSWORD, testEnv } from './testing/running-admin.js';
import { type RunningSites, person, startSites } from './testing/running-sites.js';

type Kind = 'everyone' | 'team' | 'personal';
const audience = (kind: Kind, teamId = '', operatorId = ''): adminV1.Audience => ({ kind, teamId, operatorId });
const reply = (title: string, change: Partial<adminV1.NewSavedReply> = {}): adminV1.NewSavedReply => ({
  ...{ title, text: `${title}!`, folder: '', audience: audience('everyone'), files: [] },
  ...change,
});

describe('saved replies', () => {
  let mongo: TestMongo;
  let env: Record<string, string>;
  let sites: RunningSites;
  beforeAll(async () => {
    mongo = await startTestMongo();
    env = testEnv(mongo.uri, { BESEDA_ADMIN_PASSWORD: FIRST_PASSWORD });
    sites = await startSites(env);
  });
  afterAll(async () => {
    await sites?.stop();
    await mongo?.stop();
  });

  /** A person on a site, and what the person does with saved replies. */
  const as = (siteId: string, role: Role, id: string, running = sites) => {
    const options = { actor: person(siteId, role, id), retry: false };
    const { library } = running;
    return {
      options,
      list: async (manage = false) => (await library.call('listSavedReplies', { manage }, options)).items,
      titles: async (manage = false) =>
        (await library.call('listSavedReplies', { manage }, options)).items.map(({ title }) => title),
      create: async (...items: adminV1.NewSavedReply[]) =>
        (await library.call('createSavedReplies', { items }, options)).items,
      update: async ({ id: which, version }: adminV1.SavedReply, content: adminV1.NewSavedReply) =>
        (await library.call('updateSavedReply', { id: which, version, content }, options)).item,
      delete: (...ids: string[]) => library.call('deleteSavedReplies', { ids }, options),
      order: (...ids: string[]) => library.call('orderSavedReplies', { ids }, options),
      import: (csv: string | Buffer, dryRun = false) =>
        library.call('importSavedReplies', { csv: Buffer.from(csv), dryRun }, { ...options, deadlineMs: 30_000 }),
      export: async () => (await library.call('exportSavedReplies', {}, options)).csv,
    };
  };
  const connection = (): Connection => sites.service.app.get<Connection>(MONGO_CONNECTION);
  /** A site with a team of olga's. */
  const site = async (): Promise<{ siteId: string; teamId: string }> => {
    const siteId = await sites.createSite('Replies');
    const teamId = `team-of-${siteId}`;
    await connection()
      .collection('teams')
      .insertOne({
        _id: teamId as never,
        version: 1,
        siteId,
        name: 'Sales',
        operatorIds: ['olga'],
        createdAt: new Date(),
      });
    return { siteId, teamId };
  };

  it('are there for everyone, a team or oneself; administrators manage all but what is personal', async () => {
    const { siteId, teamId } = await site();
    const [anna, olga, ivan] = [
      as(siteId, 'admin', 'anna'),
      as(siteId, 'operator', 'olga'),
      as(siteId, 'operator', 'ivan'),
    ];
    await anna.create(
      reply('all'),
      reply('sales', { audience: audience('team', teamId) }),
      reply('annas', { audience: audience('personal') }),
    );
    await olga.create(reply('olgas', { audience: audience('personal', '', 'olga') }));
    expect(await anna.titles()).toEqual(['all', 'annas']);
    expect(await anna.titles(true)).toEqual(['all', 'sales', 'annas']);
    expect(await olga.titles()).toEqual(['all', 'sales', 'olgas']);
    expect(await ivan.titles()).toEqual(['all']);
    await expect(olga.titles(true)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect((await olga.list())[2]).toMatchObject({
      ...{ version: 1, text: 'olgas!', audience: audience('personal', '', 'olga') },
    });
    expect(await as(sites.siteId, 'admin', 'anna').titles(true)).toEqual([]);
  });

  it('of others nobody writes', async () => {
    const { siteId, teamId } = await site();
    const [anna, olga, ivan] = [
      as(siteId, 'admin', 'anna'),
      as(siteId, 'operator', 'olga'),
      as(siteId, 'operator', 'ivan'),
    ];
    const [shared, sales] = await anna.create(reply('all'), reply('sales', { audience: audience('team', teamId) }));
    const [own] = await olga.create(reply('olgas', { audience: audience('personal') }));
    if (!shared || !sales || !own) throw new Error('replies are missing');
    const denied = { code: 'PERMISSION_DENIED' };
    const unknown = { code: 'NOT_FOUND' };
    await expect(olga.create(reply('x'))).rejects.toMatchObject(denied);
    await expect(olga.create(reply('x', { audience: audience('team', teamId) }))).rejects.toMatchObject(denied);
    await expect(olga.create(reply('x', { audience: audience('personal', '', 'ivan') }))).rejects.toMatchObject(denied);
    await expect(anna.create(reply('x', { audience: audience('personal', '', 'olga') }))).rejects.toMatchObject(denied);
    await expect(olga.update(shared, reply('mine'))).rejects.toMatchObject(denied);
    await expect(olga.update(own, reply('for all'))).rejects.toMatchObject(denied);
    await expect(olga.delete(own.id, shared.id)).rejects.toMatchObject(denied);
    await expect(ivan.update(sales, reply('mine'))).rejects.toMatchObject(unknown);
    await expect(ivan.update(own, reply('mine'))).rejects.toMatchObject(unknown);
    await expect(anna.update(own, reply('mine'))).rejects.toMatchObject(unknown);
    // As if it were not there.
    await anna.delete(own.id);
    await as(sites.siteId, 'superadmin', 'boss').delete(own.id, shared.id);
    await expect(as(sites.siteId, 'superadmin', 'boss').update(shared, reply('x'))).rejects.toMatchObject(unknown);
    await expect(anna.order(shared.id, own.id)).rejects.toMatchObject({
      fields: [{ path: 'ids.1', code: 'not_found' }],
    });
    for (const call of [olga.order(own.id), olga.import('title,text\n'), olga.export()]) {
      await expect(call).rejects.toMatchObject(denied);
    }
    expect(await olga.titles()).toEqual(['all', 'sales', 'olgas']);
    const kind: Actor = { kind: 'contact', id: 'c', siteId };
    await expect(sites.library.call('listSavedReplies', { manage: false }, { actor: kind })).rejects.toMatchObject(
      denied,
    );
  });

  it('are checked, all before any is made', async () => {
    const { siteId } = await site();
    const anna = as(siteId, 'admin', 'anna');
    const files = [{ id: 'f', name: 'price.pdf', type: 'application/pdf', size: 12 }];
    await expect(
      anna.create(reply('fine'), reply(' ', { text: '{contact.nam}', folder: 'f'.repeat(61) }), reply('x')),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [
        { path: 'items.1.title', code: 'required' },
        { path: 'items.1.text', code: 'unknown_placeholder', message: 'There is no placeholder {contact.nam}.' },
        { path: 'items.1.folder', code: 'too_long' },
      ],
    });
    await expect(anna.create(reply('x', { audience: audience('team', 'no-such') }))).rejects.toMatchObject({
      fields: [{ path: 'items.0.audience.teamId', code: 'not_found' }],
    });
    await expect(anna.create()).rejects.toMatchObject({ fields: [{ path: 'items', code: 'required' }] });
    expect(await anna.titles(true)).toEqual([]);
    const [made] = await anna.create(reply('  Good   day ', { text: '{contact.name|friend},\r\nhello', files }));
    expect(made).toMatchObject({ title: 'Good day', text: '{contact.name|friend},\nhello', files });
    await anna.create(reply('only files', { text: '', files }));
  });

  it('tell the second of two admins; the same change again is no conflict', async () => {
    const { siteId } = await site();
    const [anna, boris] = [as(siteId, 'admin', 'anna'), as(siteId, 'admin', 'boris')];
    const [made] = await anna.create(reply('one'));
    if (!made) throw new Error('the reply is missing');
    const outcomes = await Promise.allSettled([anna.update(made, reply('two')), boris.update(made, reply('three'))]);
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.map(({ reason }) => reason as object)).toMatchObject([
      { code: 'ABORTED', fields: [{ path: 'version', code: 'stale_version' }] },
    ]);
    const [now] = await anna.list();
    expect(now?.version).toBe(2);
    expect(await anna.update(made, reply(now?.title ?? ''))).toEqual(now);
    await anna.delete(made.id);
    await anna.delete(made.id);
    await expect(boris.update(made, reply('late'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stand as somebody put them, folder by folder, also after a restart', async () => {
    const { siteId } = await site();
    const anna = as(siteId, 'admin', 'anna');
    const made = await anna.create(
      ...['a', 'b', 'c'].map((title) => reply(title)),
      reply('d', { folder: 'F' }),
      reply('e', { folder: 'F' }),
    );
    const [a = '', b = '', c = '', d = '', e = ''] = made.map(({ id }) => id);
    await anna.order(c, a, b);
    await Promise.all([anna.order(e, d), anna.order(b, c, a)]);
    await anna.create(reply('f'));
    const folder = async (name: string, running = sites) =>
      (await as(siteId, 'operator', 'olga', running).list())
        .filter((one) => one.folder === name)
        .map(({ title }) => title);
    expect([await folder(''), await folder('F')]).toEqual([
      ['b', 'c', 'a', 'f'],
      ['e', 'd'],
    ]);
    await expect(anna.order(a, d)).rejects.toMatchObject({ fields: [{ path: 'ids.1', code: 'invalid_value' }] });
    const replica = await startSites(env);
    expect([await folder('', replica), await folder('F', replica)]).toEqual([
      ['b', 'c', 'a', 'f'],
      ['e', 'd'],
    ]);
    await replica.stop();
  });

  it('go to a file and come back; a file with a mistake adds nothing', async () => {
    const { siteId, teamId } = await site();
    const anna = as(siteId, 'admin', 'anna');
    const texts = ['=1+1', "'=1", 'two\nlines, "quoted"; and {contact.name|друг}', '+7 900'];
    await anna.create(...texts.map((text, i) => reply(`t${i}`, { text, folder: i ? 'Ф' : '' })));
    await anna.create(
      reply('sales', { audience: audience('team', teamId) }),
      reply('own', { audience: audience('personal') }),
    );
    await as(siteId, 'operator', 'olga').create(reply('olgas', { audience: audience('personal') }));
    const csv = await anna.export();
    expect(Buffer.from(csv).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(Buffer.from(csv).toString('utf8')).not.toContain('olgas');
    expect(await anna.import(csv)).toEqual({ added: 0, skipped: 6, problems: [] });

    const content = ({ title, text, folder, audience: to }: adminV1.SavedReply) => ({
      title,
      text,
      folder,
      kind: to?.kind,
    });
    const before = (await anna.list(true)).map(content);
    await anna.delete(...(await anna.list(true)).map(({ id }) => id));
    expect(await anna.import(csv, true)).toEqual({ added: 6, skipped: 0, problems: [] });
    expect(await anna.titles(true)).toEqual([]);
    expect(await anna.import(csv)).toEqual({ added: 6, skipped: 0, problems: [] });
    expect((await anna.list(true)).map(content)).toEqual(before);
    expect(await anna.import(csv)).toMatchObject({ added: 0, skipped: 6 });

    const broken =
      'title;text;audience;team\nok;fine;;\n;no title;;\nx;{nobody};;\ny;y;friends;\nz;z;team;Nobody\nok;fine;;\n';
    const report = await anna.import(broken);
    expect(report.added).toBe(0);
    expect(report.problems.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
    expect(report.problems[1]?.message).toContain('{nobody}');
    expect(await anna.import(Buffer.from([0xcf, 0xf0]))).toMatchObject({ added: 0, problems: [{ line: 1 }] });
    expect(await anna.titles(true)).toHaveLength(6);
    await expect(anna.import(Buffer.alloc(1_000_001, 0x20))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(await anna.import('title,text,team,audience\nnew,new,sales,TEAM\nnew,new,sales,team\n')).toMatchObject({
      added: 1,
      skipped: 1,
    });
    expect((await anna.list(true)).at(-1)?.audience).toEqual(audience('team', teamId));
  });

  it('end at two thousand a site', async () => {
    const { siteId } = await site();
    const anna = as(siteId, 'admin', 'anna');
    const rows = Array.from({ length: 1_999 }, (_, i) => `t${i},x`).join('\n');
    expect(await anna.import(`title,text\n${rows}\n`)).toMatchObject({ added: 1_999 });
    await expect(anna.create(reply('a'), reply('b'))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      fields: [{ path: 'items', code: 'too_many' }],
    });
    expect(await anna.import('title,text\na,a\nb,b\n')).toMatchObject({ added: 0, problems: [{ line: 1 }] });
    await Promise.allSettled([anna.create(reply('a')), anna.create(reply('b'))]);
    expect(await connection().collection('saved_replies').countDocuments({ siteId })).toBeLessThanOrEqual(2_000);
    // Nobody alone takes that room from the others.
    const olga = as((await site()).siteId, 'operator', 'olga');
    const own = (count: number) =>
      Array.from({ length: count }, (_, i) => reply(`own ${i}`, { audience: audience('personal') }));
    await olga.create(...own(200));
    await olga.create(...own(100));
    await expect(olga.create(...own(1))).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('leave their marks in the log, personal ones without a word of them', async () => {
    const { siteId } = await site();
    const [anna, olga] = [as(siteId, 'admin', 'anna'), as(siteId, 'operator', 'olga')];
    const [shared] = await anna.create(reply('shared'));
    if (!shared) throw new Error('the reply is missing');
    await anna.update(shared, reply('shared anew', { text: 'shared!' }));
    await anna.delete(shared.id);
    const [own] = await olga.create(reply('a secret of mine', { audience: audience('personal') }));
    if (!own) throw new Error('the reply is missing');
    await olga.update(own, reply('another secret', { audience: audience('personal') }));
    await olga.delete(own.id);
    const noted = await connection()
      .collection('audit')
      .find({ siteId, subject: 'saved_reply' })
      .sort({ _id: 1 })
      .toArray();
    expect(noted.map(({ action, operatorId }) => `${String(operatorId)} ${String(action)}`)).toEqual([
      ...['anna saved_reply.created', 'anna saved_reply.updated', 'anna saved_reply.deleted'],
      ...['olga saved_reply.created', 'olga saved_reply.updated', 'olga saved_reply.deleted'],
    ]);
    expect(noted[1]?.['changes']).toEqual([{ path: 'title', before: '"shared"', after: '"shared anew"' }]);
    expect(JSON.stringify(noted)).not.toContain('secret');
  });
});
