import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { picture } from '../../testing/pictures.js';
import { type Answer, type World, makeWorld } from '../../testing/world.js';
import { ROUTES } from './features.js';

/** Words that are only in what belongs to the other site. */
const SECRET = 'of-another-site';

/** Bodies that get each route as far as the thing itself. `$x` is the other site's id of that. */
const BODIES: Record<string, object> = {
  'PATCH /api/sites/:siteId/operators/:operatorId': { name: 'Mine now' },
  'POST /api/sites/:siteId/operators/:operatorId/invite': {},
  'PATCH /api/sites/:siteId/teams/:teamId': { name: 'Mine now' },
  'PUT /api/sites/:siteId/saved-replies/:replyId': {
    ...{ version: 0, title: 'Mine', text: 'now', folder: '', audience: { kind: 'everyone' }, fileIds: [] },
  },
  'PATCH /api/sites/:siteId/tags/:tagId': { version: 0, name: 'mine' },
  'POST /api/sites/:siteId/tags/:tagId/merge': { intoId: '$ownTag' },
  'PATCH /api/sites/:siteId/contacts/:contactId': { name: 'Mine now' },
  'POST /api/sites/:siteId/dialogs/:dialogId/messages': { clientMessageId: 'client-1', text: 'x' },
  'POST /api/sites/:siteId/dialogs/:dialogId/saved-files': { clientMessageId: 'client-1', fileId: '$ownFile' },
  'POST /api/sites/:siteId/dialogs/:dialogId/notes': { clientMessageId: 'client-1', text: 'x' },
  'PUT /api/sites/:siteId/dialogs/:dialogId/tags': { tags: ['a'] },
  'PUT /api/sites/:siteId/dialogs/:dialogId/assignee': { operatorId: null },
  'PUT /api/sites/:siteId/dialogs/:dialogId/read': { seq: 1 },
};

/** Routes that take a form. */
const UPLOADS: Record<string, (file: Blob) => FormData> = {
  'PUT /api/sites/:siteId/operators/:operatorId/avatar': (file) => form(file, {}),
  'POST /api/sites/:siteId/dialogs/:dialogId/files': (file) => form(file, { clientMessageId: randomUUID() }),
};

function form(file: Blob, fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', file, 'a.png');
  return data;
}

/** Lists and filters: a foreign id in them is only a word that finds nothing. */
const NO_THING = new Set(['GET /api/sites/:siteId/contacts/:contactId/dialogs']);

const withIds = Object.keys(ROUTES).filter((route) => /:(?!siteId\b)\w+/.test(route) && route.includes('/:siteId'));

describe('direct ids of another site', () => {
  let world: World;
  let token: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    world = await makeWorld({ BESEDA_WIDGET_RATE_FACTOR: '100' });
    token = (await world.operator({ [world.siteId]: 'superadmin' })).token;
    await makeForeign();
    ids['ownTag'] = (await world.library.putTag(world.siteId, tag('own'))).id;
    ids['ownFile'] = (await uploadReplyFile(world.siteId, token, 'own')).body.id as string;
    world.library.replies.put(world.siteId, reply('own', ids['ownFile']));
  });
  afterAll(() => world.stop());

  const tag = (id: string) => ({ id: `tag-${id}`, version: 1, name: `${SECRET} ${id}`, color: '#000000' });
  const reply = (id: string, fileId: string) => ({
    ...{ id: `reply-${id}`, version: 1, title: SECRET, text: SECRET, folder: '', updatedAt: undefined },
    audience: { kind: 'everyone', teamId: '', operatorId: '' },
    files: [{ id: fileId, name: `${SECRET}.txt`, type: 'text/plain', size: 3 }],
  });
  const uploadReplyFile = (siteId: string, by: string, text: string): Promise<Answer> =>
    world.call('POST', `/api/sites/${siteId}/saved-replies/files`, { token: by, body: form(new Blob([text]), {}) });

  async function makeForeign(): Promise<void> {
    const site = world.foreignSiteId;
    const other = await world.operator({ [site]: 'superadmin' }, { name: SECRET, email: `${SECRET}@example.test` });
    ids['operatorId'] = other.id;
    await world.admin.putTeam(site, { id: 'foreign-team', name: SECRET, operatorIds: [] });
    ids['teamId'] = 'foreign-team';
    ids['tagId'] = (await world.library.putTag(site, tag('foreign'))).id;
    ids['fileId'] = (await uploadReplyFile(site, other.token, SECRET)).body.id as string;
    ids['replyId'] = world.library.replies.put(site, reply('foreign', ids['fileId'])).id;
    ids['keyId'] = world.system.keys.put(site, {
      ...{ id: 'foreign-key', name: SECRET, prefix: SECRET, scopes: [], createdBy: other.id },
      ...{ createdAt: undefined, lastUsedAt: undefined, revokedAt: undefined },
    }).id;
    const contact = world.contacts.make(site, 'foreign-contact');
    ids['contactId'] = contact.id;
    ids['dialogId'] = world.dialogs.start(site, contact.id).id;
    world.account.sessions.set(other.id, [session('foreign-session')]);
    ids['sessionId'] = 'foreign-session';
  }
  const session = (id: string) => ({
    ...{ id, createdAt: new Date(0), lastUsedAt: new Date(0), address: SECRET, userAgent: SECRET },
  });

  /** Ids for `$x`, as bodies and paths name them. */
  const named = (text: string): string => text.replace(/\$(\w+)/g, (_, name: string) => ids[name] ?? 'missing');
  const inBody = (body: object): object => JSON.parse(named(JSON.stringify(body))) as object;
  const inPath = (path: string): string =>
    named(path).replace(/:(\w+)/g, (_, name: string) => (name === 'siteId' ? world.siteId : (ids[name] ?? 'missing')));

  const ask = (route: string): Promise<Answer> => {
    const [method = '', path = ''] = route.split(' ');
    const upload = UPLOADS[route]?.(new Blob([Uint8Array.from(picture(8, 8))]));
    const body = upload ?? (BODIES[route] && inBody(BODIES[route]));
    return world.call(method, inPath(path), { token, ...(body ? { body } : {}) });
  };

  it('are in the test for every route that takes one', () => {
    expect(withIds.length).toBeGreaterThan(25);
    const names = new Set(withIds.flatMap((route) => [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name)));
    names.delete('siteId');
    expect(Object.keys(ids)).toEqual(expect.arrayContaining([...names]));
  });

  it.each(withIds)('find nothing: %s', async (route) => {
    const answer = await ask(route);
    // A signed address is refused before anything is looked for.
    const signed = route === 'GET /api/files/:siteId/:fileId';
    const expected = signed ? 403 : NO_THING.has(route) ? 200 : 404;
    expect({ route, status: answer.status, said: answer.text }).toMatchObject({ route, status: expected });
    expect(answer.text).not.toContain(SECRET);
    if (NO_THING.has(route)) expect(answer.body).toEqual({ items: [] });
  });

  it('find no session of somebody else', async () => {
    const answer = await world.call('DELETE', `/api/account/sessions/${ids['sessionId']}`, { token });
    // As for one that has ended already: nothing is told, and nothing of somebody else's ends.
    expect(answer.status).toBe(204);
    expect([...world.account.sessions.values()].flat().map(({ id }) => id)).toContain(ids['sessionId']);
    const { body } = await world.call('GET', '/api/account/sessions', { token });
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  it.each([
    ['POST', '/tags/$ownTag/merge', { intoId: '$tagId' }],
    ['POST', '/saved-replies/delete', { ids: ['$replyId'] }],
    ['PUT', '/saved-replies/order', { ids: ['$replyId'] }],
  ])('find nothing in a body either: %s %s', async (method, path, body) => {
    const route = `/api/sites/${world.siteId}${inPath(path)}`;
    const answer = await world.call(method, route, { token, body: inBody(body) });
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain(SECRET);
  });

  it('cannot be given a dialog, nor its files be attached or sent', async () => {
    const own = world.dialogs.start(world.siteId, 'somebody');
    const path = `/api/sites/${world.siteId}/dialogs/${own.id}`;
    const assigned = await world.call('PUT', `${path}/assignee`, { token, body: { operatorId: ids['operatorId'] } });
    expect(assigned).toMatchObject({ status: 400, body: { errors: [{ path: 'operatorId' }] } });
    const sent = { clientMessageId: 'client-2', fileId: ids['fileId'] };
    expect((await world.call('POST', `${path}/saved-files`, { token, body: sent })).status).toBe(404);
    expect((await world.call('GET', `${path}/files/${ids['fileId']}`, { token })).status).toBe(404);
    const item = { title: 'T', text: 'x', audience: { kind: 'personal' }, fileIds: [ids['fileId']] };
    const attached = await world.call('POST', `/api/sites/${world.siteId}/saved-replies`, {
      token,
      body: { items: [item] },
    });
    expect(attached).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'items.0.fileIds.0', code: 'unknown_file' }] },
    });
  });

  it('are in none of the lists of the own site', async () => {
    const lists = Object.keys(ROUTES).filter((route) => /^GET \/api\/sites(\/:siteId)?[\w/-]*$/.test(route));
    expect(lists.length).toBeGreaterThan(15);
    for (const route of lists) {
      const { text } = await world.call('GET', inPath(route.slice(4)), { token });
      expect({ route, text: text.replaceAll(`${SECRET} own`, '') }).not.toMatchObject({
        text: expect.stringMatching(/foreign-(team|key|contact|session)|tag-foreign|reply-foreign/),
      });
      expect(text).not.toContain(ids['operatorId'] ?? '');
    }
  });
});
