import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type World, makeWorld } from './testing/world.js';

/** 2 × 1 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);
const LIMIT = 2_097_152;

describe('files', () => {
  let world: World;
  let token: string;
  let visitor: { id: string; token: string };

  beforeAll(async () => {
    world = await makeWorld();
    ({ token } = await world.operator({ [world.siteId]: 'operator' }));
    visitor = await world.visitor();
  });
  afterAll(() => world.stop());

  const form = (content: Uint8Array, name: string, fields: Record<string, string> = {}, type = ''): FormData => {
    const data = new FormData();
    data.set('clientMessageId', randomUUID());
    for (const [key, value] of Object.entries(fields)) data.set(key, value);
    data.set('file', new Blob([Uint8Array.from(content)], { type }), name);
    return data;
  };
  const upload = (body: FormData): Promise<Answer> =>
    world.call('POST', '/api/widget/files', { token: visitor.token, body });
  const fileOf = async (sent: Answer): Promise<{ id: string; url: string; name: string; width?: number }> => {
    const { dialogId, seq } = sent.body as { dialogId: string; seq: number };
    const path = `/api/widget/dialogs/${dialogId}/events?afterSeq=${seq - 1}`;
    const { body } = await world.call('GET', path, { token: visitor.token });
    return body.events[0].payload.file;
  };

  it('are stored, posted and served by a signed address', async () => {
    const sent = await upload(form(PNG, 'снимок экрана.png', {}, 'image/png'));
    expect(sent).toMatchObject({ status: 200, body: { dialogId: expect.any(String), seq: expect.any(Number) } });
    const file = await fileOf(sent);
    expect(file).toMatchObject({ name: 'снимок экрана.png', type: 'image/png', size: PNG.length, width: 2, height: 1 });
    const served = await fetch(world.url + file.url);
    expect(served.status).toBe(200);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(PNG);
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(served.headers.get('x-content-type-options')).toBe('nosniff');
    expect(served.headers.get('content-security-policy')).toContain('sandbox');
    const saved = await fetch(`${world.url}${file.url}&download=1`);
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment/);
    await saved.arrayBuffer();
  });

  it('are one file and one message when a send is repeated', async () => {
    const id = randomUUID();
    const first = await upload(form(PNG, 'a.png', { clientMessageId: id }));
    const again = await upload(form(PNG, 'a.png', { clientMessageId: id }));
    expect(again.body).toEqual(first.body);
    const other = await upload(form(Buffer.from('other'), 'a.png', { clientMessageId: id }));
    expect(other.status).toBe(409);
  });

  it('go from an operator into a dialog', async () => {
    const dialog = world.dialogs.start(world.siteId, visitor.id);
    const path = `/api/sites/${world.siteId}/dialogs/${dialog.id}/files`;
    const sent = await world.call('POST', path, { token, body: form(Buffer.from('{}'), 'x.json') });
    expect(sent).toMatchObject({ status: 200, body: { seq: 2 } });
    const events = await world.call('GET', `/api/sites/${world.siteId}/dialogs/${dialog.id}/events`, { token });
    const file = events.body.events[1].payload.file as { id: string };
    const fresh = await world.call('GET', `${path}/${file.id}`, { token });
    expect((await fetch(world.url + (fresh.body.url as string))).status).toBe(200);
    const elsewhere = await world.call('POST', path, { token, body: form(PNG, 'x', { dialogId: 'another' }) });
    expect(elsewhere).toMatchObject({ status: 400, body: { errors: [{ path: 'dialogId' }] } });
  });

  it('get a fresh address only in their own dialog', async () => {
    const sent = await upload(form(PNG, 'a.png'));
    const { id } = await fileOf(sent);
    const own = `/api/widget/dialogs/${sent.body.dialogId}/files/${id}`;
    expect((await world.call('GET', own, { token: visitor.token })).status).toBe(200);
    const stranger = await world.visitor();
    expect((await world.call('GET', own, { token: stranger.token })).status).toBe(404);
    const theirs = world.dialogs.start(world.siteId, stranger.id);
    const guessed = `/api/widget/dialogs/${theirs.id}/files/${id}`;
    expect((await world.call('GET', guessed, { token: stranger.token })).status).toBe(404);
  });

  it('are not served by an address that was changed, has run out or has no signature', async () => {
    const { url } = await fileOf(await upload(form(PNG, 'a.png')));
    const changed = [
      url.replace(/s=./, (s) => (s === 's=A' ? 's=B' : 's=A')),
      url.replace(/e=\d+/, 'e=1000'),
      url.split('?')[0] ?? '',
      url.replace(world.siteId, world.foreignSiteId),
    ];
    for (const path of changed)
      expect(await world.call('GET', path)).toMatchObject({ status: 403, body: { code: 'PERMISSION_DENIED' } });
  });

  it('may have exactly the limit, and not one byte more', async () => {
    const fits = await upload(form(Buffer.alloc(LIMIT, 1), 'big.bin'));
    expect(fits.status).toBe(200);
    const tooBig = await upload(form(Buffer.alloc(LIMIT + 1, 1), 'big.bin'));
    expect(tooBig).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE', errors: [{ path: 'file' }] } });
    expect(tooBig.body.detail).toContain('2,097,152');
    expect((await upload(form(Buffer.alloc(3 * LIMIT, 1), 'big.bin'))).status).toBe(413);
  });

  it('follow a smaller limit of the site', async () => {
    const site = await world.admin.putSite({ id: '03-small', maxFileBytes: 10 });
    const { token: small } = await world.visitor(site.id);
    const post = (bytes: number) =>
      world.call('POST', '/api/widget/files', { token: small, body: form(Buffer.alloc(bytes, 65), 'a.txt') });
    expect((await post(10)).status).toBe(200);
    expect((await post(11)).body.detail).toContain('10 bytes');
  });

  it('are refused when the form is not as it should be', async () => {
    const noFile = new FormData();
    noFile.set('clientMessageId', randomUUID());
    expect(await upload(noFile)).toMatchObject({ status: 400, body: { errors: [{ path: 'file', code: 'required' }] } });
    const twice = form(PNG, 'a.png');
    twice.append('file', new Blob(['b']), 'b.png');
    expect(await upload(twice)).toMatchObject({ status: 400, body: { errors: [{ path: 'file' }] } });
    const otherField = form(PNG, 'a.png');
    otherField.set('image', new Blob(['b']), 'b.png');
    expect(await upload(otherField)).toMatchObject({ status: 400, body: { errors: [{ path: 'image' }] } });
    expect(await upload(form(PNG, 'a.png', { surprise: '1' }))).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'surprise' }] },
    });
    expect((await upload(form(PNG, 'a.png', { clientMessageId: 'x' }))).status).toBe(400);
    expect((await upload(form(Buffer.alloc(0), 'a.png'))).status).toBe(400);
    const json = await world.call('POST', '/api/widget/files', { token: visitor.token, body: { file: 'x' } });
    expect(json.status).toBe(400);
    const broken = await world.call('POST', '/api/widget/files', {
      token: visitor.token,
      body: 'no parts',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(broken).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
  });

  it('are not stored for a dialog that is not the sender’s', async () => {
    const theirs = world.dialogs.start(world.siteId, 'somebody');
    expect((await upload(form(PNG, 'a.png', { dialogId: theirs.id }))).status).toBe(404);
  });
});
