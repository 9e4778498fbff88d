import { LIMITS } from '@beseda/api';
import { appError } from '@beseda/errors';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type World, makeWorld } from '../../../testing/world.js';

describe('the library of a site', () => {
  let world: World;
  let token: string;
  let adminToken: string;

  beforeAll(async () => {
    world = await makeWorld();
    token = (await world.operator({ [world.siteId]: 'operator' })).token;
    adminToken = (await world.operator({ [world.siteId]: 'admin' })).token;
  });
  afterAll(() => world.stop());

  const call = (method: string, path: string, body?: unknown, by = adminToken): Promise<Answer> =>
    world.call(method, `/api/sites/${world.siteId}${path}`, { token: by, ...(body === undefined ? {} : { body }) });
  const upload = (text: string, name = 'price.txt'): Promise<Answer> => {
    const form = new FormData();
    form.set('file', new Blob([text], { type: 'text/plain' }), name);
    return call('POST', '/saved-replies/files', form, token);
  };
  const everyone = { kind: 'everyone' };

  describe('saved replies', () => {
    it('are made several at once, with files that can be read', async () => {
      const file = (await upload('a price')).body as { id: string; url: string };
      expect(file).toMatchObject({
        id: expect.stringMatching(/^reply-/),
        name: 'price.txt',
        type: 'text/plain',
        size: 7,
      });
      expect((await upload('a price')).body.id).toBe(file.id);
      const items = [
        { title: 'Hello', text: 'Hi, {contact.name}', audience: everyone, fileIds: [file.id] },
        { title: 'Mine', text: 'x', folder: 'F', audience: { kind: 'team', teamId: 't1' } },
      ];
      const made = await call('POST', '/saved-replies', { items });
      expect(made.status).toBe(201);
      expect(made.body.items).toMatchObject([
        { version: 1, title: 'Hello', folder: '', audience: everyone, files: [{ id: file.id, name: 'price.txt' }] },
        { folder: 'F', audience: { kind: 'team', teamId: 't1' }, files: [] },
      ]);
      const shown = await call('GET', '/saved-replies', undefined, token);
      const hello = (shown.body.items as { title: string; files: { url: string }[] }[]).find(
        ({ title }) => title === 'Hello',
      );
      const url = hello?.files[0]?.url ?? '';
      expect((await world.call('GET', url)).text).toBe('a price');
      expect((await world.call('GET', url.split('?')[0] ?? '')).status).toBe(403);
      expect(world.server.last('ListSavedReplies')?.request).toEqual({ manage: false });
      await call('GET', '/saved-replies?manage=1');
      expect(world.server.last('ListSavedReplies')?.request).toEqual({ manage: true });
      expect((await call('GET', '/saved-replies?manage=1', undefined, token)).status).toBe(403);
    });

    it('are changed by version, deleted and ordered', async () => {
      const made = await call('POST', '/saved-replies', { items: [{ title: 'T', text: 'x', audience: everyone }] });
      const { id, version } = made.body.items[0] as { id: string; version: number };
      const content = { title: 'T2', text: 'y', folder: '', audience: everyone, fileIds: [] };
      const changed = await call('PUT', `/saved-replies/${id}`, { version, ...content });
      expect(changed).toMatchObject({ status: 200, body: { id, title: 'T2', version: 2 } });
      expect(await call('PUT', `/saved-replies/${id}`, { version, ...content })).toMatchObject({
        status: 409,
        body: { code: 'ABORTED', errors: [{ path: 'version', code: 'stale_version' }] },
      });
      expect((await call('PUT', '/saved-replies/order', { ids: [id] })).status).toBe(204);
      expect((await call('POST', '/saved-replies/delete', { ids: [id] })).status).toBe(204);
      expect((await call('POST', '/saved-replies/delete', { ids: [id] })).status).toBe(404);
    });

    it('name wrong fields of each', async () => {
      const items = [
        { title: 'ok', text: 'x', audience: everyone },
        { title: 'taken', text: 'x', audience: everyone },
      ];
      expect(await call('POST', '/saved-replies', { items })).toMatchObject({
        status: 409,
        body: { errors: [{ path: 'items.1.title', code: 'already_exists' }] },
      });
      const wrong = await call('POST', '/saved-replies', {
        items: [{ title: ' ', text: 'x', audience: { kind: 'all' } }],
      });
      expect((wrong.body.errors as { path: string }[]).map(({ path }) => path)).toEqual([
        'items.0.title',
        'items.0.audience.kind',
      ]);
      const fields = [{ path: 'content.files.0', code: 'too_large', message: 'no' }];
      world.server.failOnce('UpdateSavedReply', appError('INVALID_ARGUMENT', 'No.', { fields }));
      const content = { version: 1, title: 'T', text: 'y', folder: '', audience: everyone, fileIds: [] };
      expect((await call('PUT', '/saved-replies/x', content)).body.errors).toMatchObject([{ path: 'fileIds.0' }]);
    });

    it('take no file of a message: whoever cannot see the dialog must not reach it so', async () => {
      const { token: visitor } = await world.visitor();
      const form = new FormData();
      form.set('clientMessageId', 'client-00001');
      form.set('file', new Blob(['private']), 'a.txt');
      const sent = await world.call('POST', '/api/widget/files', { token: visitor, body: form });
      const path = `/api/widget/dialogs/${sent.body.dialogId}/events?afterSeq=${(sent.body.seq as number) - 1}`;
      const fileId = (await world.call('GET', path, { token: visitor })).body.events[0].payload.file.id as string;
      const items = [{ title: 'T', text: 'x', audience: { kind: 'personal' }, fileIds: [fileId] }];
      expect(await call('POST', '/saved-replies', { items }, token)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'items.0.fileIds.0', code: 'unknown_file' }] },
      });
      const send = { clientMessageId: 'client-00002', fileId };
      const dialog = world.dialogs.start(world.siteId, 'c');
      expect((await call('POST', `/dialogs/${dialog.id}/saved-files`, send, token)).status).toBe(404);
    });

    it('send their files into a dialog, once for one clientMessageId', async () => {
      const { id: fileId } = (await upload('a list', 'list.txt')).body as { id: string };
      const dialog = world.dialogs.start(world.siteId, 'c');
      const send = (): Promise<Answer> =>
        call('POST', `/dialogs/${dialog.id}/saved-files`, { clientMessageId: 'client-00003', fileId }, token);
      // On no reply yet: nobody may use it.
      expect((await send()).status).toBe(404);
      await call('POST', '/saved-replies', {
        items: [{ title: 'L', text: '', audience: everyone, fileIds: [fileId] }],
      });
      const sent = await send();
      expect(sent).toMatchObject({ status: 200, body: { seq: 2 } });
      expect((await send()).body).toEqual(sent.body);
      const { body } = await call('GET', `/dialogs/${dialog.id}/events?afterSeq=1`, undefined, token);
      const { file } = body.events[0].payload as { file: { url: string } };
      expect(file).toMatchObject({ id: fileId, name: 'list.txt', size: 6 });
      expect((await world.call('GET', file.url)).text).toBe('a list');
      expect((await call('GET', `/dialogs/${dialog.id}/files/${fileId}`, undefined, token)).status).toBe(200);
    });

    const importCsv = (
      body: string,
      path = '/saved-replies/import',
      type = 'text/csv; charset=utf-8',
    ): Promise<Answer> =>
      world.call('POST', `/api/sites/${world.siteId}${path}`, {
        token: adminToken,
        body,
        headers: { 'content-type': type },
      });

    it('come and go as a table', async () => {
      const done = await importCsv('title,text\nA,Привет\n');
      expect(done).toMatchObject({ status: 200, body: { added: 1, skipped: 1, problems: [{ line: 3 }] } });
      expect(
        Buffer.from((world.server.last('ImportSavedReplies')?.request as { csv: Uint8Array }).csv).toString(),
      ).toContain('Привет');
      expect((await importCsv('title\nA', '/saved-replies/import?dry=1')).body).toMatchObject({ added: 0 });
      const table = await call('GET', '/saved-replies/export');
      expect(table).toMatchObject({ status: 200, text: 'title,text\nПривет,Hello\n' });
      expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(table.headers.get('content-disposition')).toBe('attachment; filename="saved-replies.csv"');
      expect(table.headers.get('x-content-type-options')).toBe('nosniff');
    });

    it('refuse a table that is too large, empty or of another type', async () => {
      expect((await importCsv('x'.repeat(LIMITS.csvBytes))).status).toBe(200);
      expect(await importCsv('x'.repeat(LIMITS.csvBytes + 1))).toMatchObject({
        status: 413,
        body: {
          detail: expect.stringContaining(LIMITS.csvBytes.toLocaleString('en-US')),
          errors: [{ path: 'file', code: 'too_large' }],
        },
      });
      expect(await importCsv('')).toMatchObject({ status: 400, body: { errors: [{ path: 'file', code: 'empty' }] } });
      expect((await importCsv('{}', '/saved-replies/import', 'application/json')).status).toBe(400);
    });
  });

  it('has tags, with how often they are used where asked', async () => {
    const made = await call('POST', '/tags', { name: 'vip' });
    expect(made).toMatchObject({ status: 201, body: { name: 'vip', color: '#0b6070', version: 1 } });
    const { id } = made.body as { id: string };
    world.dialogs.countsBy = { vip: 3 };
    expect((await call('GET', '/tags?usage=1', undefined, token)).body.items).toMatchObject([{ id, usage: 3 }]);
    expect((await call('GET', '/tags', undefined, token)).body.items[0]).not.toHaveProperty('usage');
    const changed = await call('PATCH', `/tags/${id}`, { version: 1, name: 'key', color: '#aabbcc' });
    expect(changed).toMatchObject({ status: 200, body: { id, name: 'key', color: '#aabbcc', version: 2 } });
    expect(await call('PATCH', `/tags/${id}`, { version: 1, name: 'x' })).toMatchObject({
      status: 409,
      body: { errors: [{ path: 'version', code: 'stale_version' }] },
    });
    const other = (await call('POST', '/tags', { name: 'other', color: '#000000' })).body as { id: string };
    expect((await call('POST', `/tags/${other.id}/merge`, { intoId: id })).body).toMatchObject({ id, name: 'key' });
    expect((await call('DELETE', `/tags/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/tags/${id}`)).status).toBe(404);
    expect(await call('POST', '/tags', { name: '', color: 'red' })).toMatchObject({
      status: 400,
      body: {
        errors: [
          { path: 'name', code: 'required' },
          { path: 'color', code: 'invalid_value' },
        ],
      },
    });
  });

  it('has hours, by the clock', async () => {
    const { body } = await call('GET', '/hours');
    expect(body).toEqual({ version: 0, enabled: false, timezone: 'Europe/Moscow', days: [], holidays: [] });
    const hours = {
      ...{ version: 0, enabled: true, timezone: 'Europe/Moscow' },
      days: [
        {
          weekday: 1,
          intervals: [
            { from: '09:00', to: '13:30' },
            { from: '22:05', to: '24:00' },
          ],
        },
      ],
      holidays: [{ date: '2026-12-31', name: 'NYE', intervals: [{ from: '00:00', to: '01:00' }] }],
    };
    expect((await call('PUT', '/hours', hours)).body).toEqual({ ...hours, version: 1 });
    expect(world.server.last('UpdateHours')?.request).toMatchObject({
      hours: {
        days: [
          {
            intervals: [
              { from: 540, to: 810 },
              { from: 1_325, to: 1_440 },
            ],
          },
        ],
      },
    });
    expect((await call('GET', '/hours')).body).toEqual({ ...hours, version: 1 });
    expect((await call('PUT', '/hours', { ...hours, version: 7 })).status).toBe(409);
    const fields = [{ path: 'hours.days.0.intervals.1', code: 'overlaps', message: 'no' }];
    world.server.failOnce('UpdateHours', appError('INVALID_ARGUMENT', 'No.', { fields }));
    expect((await call('PUT', '/hours', hours)).body.errors).toMatchObject([{ path: 'days.0.intervals.1' }]);
    for (const [from, path] of [
      ['9:00', 'days.0.intervals.0.from'],
      ['24:01', 'days.0.intervals.0.from'],
    ]) {
      const days = [{ weekday: 1, intervals: [{ from, to: '10:00' }] }];
      expect((await call('PUT', '/hours', { ...hours, days })).body.errors).toMatchObject([
        { path, code: 'invalid_value' },
      ]);
    }
  });

  it('knows public holidays to choose from', async () => {
    expect((await call('GET', '/holidays/countries?locale=ru')).body).toEqual({
      items: [{ code: 'RU', name: 'Russia' }],
    });
    const { body } = await call('GET', '/holidays?country=RU&year=2027&locale=ru');
    expect(body).toEqual({ items: [{ date: '2027-01-01', name: 'New Year' }] });
    expect(await call('GET', '/holidays?country=russia&year=2027')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'country', code: 'invalid_value' }] },
    });
  });
});
