import { type Actor, siteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { runInContext } from '@beseda/grpc';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { v7 } from 'uuid';
import { AuditRetention } from './application/audit-retention.js';
import { Audit, type AuditAbout } from './application/audit.js';
import type { AuditDocument, AuditIntentDocument } from './infrastructure/mongo/system.documents.js';
import { operatorActor, testEnv } from './testing/running-admin.js';
import { type RunningSystem, filterOf, startSystem } from './testing/running-system.js';

const DAY_MS = 86_400_000;
const TWO_MINUTES_ON = (): Date => new Date(Date.now() + 121_000);

describe('the audit log', () => {
  let mongo: TestMongo;
  let running: RunningSystem;
  let env: Record<string, string>;
  let audit: Audit;
  /** A site of its own for each test. */
  let siteId: string;
  let actor: Actor;
  beforeAll(async () => {
    mongo = await startTestMongo();
    env = testEnv(mongo.uri);
    running = await startSystem(env);
    audit = running.admin.service.app.get(Audit);
  });
  beforeEach(async () => {
    siteId = await running.createSite('Log');
    actor = operatorActor(running.superadmin.id, siteId, 'superadmin');
    await running.connection.collection('audit').deleteMany({ siteId });
  });
  afterAll(async () => {
    await running?.stop();
    await mongo?.stop();
  });

  const about = (more: Partial<AuditAbout> = {}): AuditAbout => ({
    ...{ siteId, actor, action: 'thing.updated', subject: 'thing', subjectId: 't1', subjectName: 'A thing' },
    ...more,
  });
  const intents = (): Promise<AuditIntentDocument[]> =>
    running.connection.collection<AuditIntentDocument>('audit_intents').find().toArray();
  const things = () => running.connection.collection<{ _id: string; version: number }>('things');
  /** A thing of version 1, and what guards changes of it. */
  const thing = async (): Promise<{ collection: string; id: string; version: number }> => {
    const id = v7();
    await things().insertOne({ _id: id, version: 1 });
    return { collection: 'things', id, version: 1 };
  };
  const raise = (id: string) => things().updateOne({ _id: id }, { $inc: { version: 1 } });
  const entry = (at: Date, more: Partial<AuditDocument> = {}): AuditDocument => ({
    ...{ _id: v7({ msecs: at.getTime() }), siteId, at, operatorId: 'o1', operatorName: 'Anna', address: '203.0.113.9' },
    ...{ userAgent: 'x', action: 'thing.updated', subject: 'thing', subjectId: 't', subjectName: 'T', changes: [] },
    ...{ search: 't\nanna\n203.0.113.9' },
    ...more,
  });
  const insert = (...entries: AuditDocument[]) =>
    running.connection.collection<AuditDocument>('audit').insertMany(entries);

  it('says who changed what from where, without secrets', async () => {
    const client = { address: '203.0.113.7', userAgent: 'Firefox' };
    const result = await runInContext({ correlationId: 'c', client }, () =>
      audit.change(about({ before: { color: 'red', token: 'old' } }), () =>
        Promise.resolve({ result: 42, after: { color: 'blue', token: 'new' } }),
      ),
    );
    expect(result).toBe(42);
    const [found] = await running.log(siteId);
    expect(found).toMatchObject({
      ...{ operatorId: actor.id, operatorName: 'Admin', address: '203.0.113.7', userAgent: 'Firefox' },
      ...{ action: 'thing.updated', subject: 'thing', subjectId: 't1', subjectName: 'A thing' },
      changes: [
        { path: 'color', before: '"red"', after: '"blue"' },
        { path: 'token', before: '"•••"', after: '"•••"' },
      ],
    });
    expect(Math.abs(Date.now() - (found?.at?.getTime() ?? 0))).toBeLessThan(60_000);
    expect(await intents()).toEqual([]);
  });

  it('notes nothing where nothing changed, and nothing that was refused', async () => {
    await audit.change(about({ before: { a: 1 } }), () => Promise.resolve({ result: 0, after: { a: 1 } }));
    await audit.change(about(), () => Promise.resolve({ result: 0, done: false }));
    const refusal = audit.change(about({ after: { a: 1 } }), () => Promise.reject(appError('NOT_FOUND', 'none')));
    await expect(refusal).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await audit.record(about({ before: { a: 1 }, after: { a: 1 } }));
    expect(await running.log(siteId)).toEqual([]);
    expect(await intents()).toEqual([]);
  });

  it('is written in the log of each site it concerns, and one change may read differently in each', async () => {
    const other = await running.createSite('Other');
    await running.connection.collection('audit').deleteMany({ siteId: other });
    await audit.record(about({ siteId: undefined, siteIds: [siteId, other, siteId] }));
    await audit.change(
      [about({ after: { role: 'admin' } }), about({ siteId: other, after: { role: 'operator' } })],
      () => Promise.resolve({ result: undefined }),
    );
    const told = async (id: string) => (await running.log(id)).map(({ changes }) => changes.map(({ after }) => after));
    expect(await told(siteId)).toEqual([['"admin"'], []]);
    expect(await told(other)).toEqual([['"operator"'], []]);
  });

  it('survives a crash between the change and the entry, and invents none for a change that was not made', async () => {
    const [done, undone] = [await thing(), await thing()];
    const crash = new Error('the process is gone');
    await expect(
      audit.change(
        about({ subjectName: 'done', after: { a: 1 } }),
        async () => {
          await raise(done.id);
          throw crash;
        },
        done,
      ),
    ).rejects.toBe(crash);
    await expect(audit.change(about({ subjectName: 'undone' }), () => Promise.reject(crash), undone)).rejects.toBe(
      crash,
    );
    await expect(audit.change(about({ subjectName: 'perhaps' }), () => Promise.reject(crash))).rejects.toBe(crash);
    expect(await running.log(siteId)).toEqual([]);
    // Whoever began them may still be at work.
    expect(await audit.settle(new Date())).toBe(0);

    expect(await audit.settle(TWO_MINUTES_ON())).toBe(3);
    const log = await running.log(siteId);
    expect(log.map(({ subjectName, changes }) => [subjectName, changes.map(({ path }) => path)])).toEqual([
      ['perhaps', ['outcome']],
      ['done', ['a']],
    ]);
    expect(await intents()).toEqual([]);
    expect(await audit.settle(TWO_MINUTES_ON())).toBe(0);
  });

  it('tells a thing that was made or went away from one that was not', async () => {
    const crash = new Error('the process is gone');
    const gone = await thing();
    const made = { collection: 'things', id: v7(), version: 0 };
    const never = { collection: 'things', id: v7(), version: 0 };
    const dies = (name: string, guard: typeof gone, work: () => Promise<unknown>): Promise<unknown> =>
      audit
        .change(
          about({ subjectName: name }),
          async () => {
            await work();
            throw crash;
          },
          guard,
        )
        .catch(() => undefined);
    await dies('gone', gone, () => things().deleteOne({ _id: gone.id }));
    await dies('made', made, () => things().insertOne({ _id: made.id, version: 1 }));
    await dies('never', never, () => Promise.resolve());
    await audit.settle(TWO_MINUTES_ON());
    expect((await running.log(siteId)).map(({ subjectName }) => subjectName)).toEqual(['made', 'gone']);
  });

  it('is held up by no intent that cannot be settled', async () => {
    const guard = await thing();
    const crash = new Error('the process is gone');
    const work = () => raise(guard.id).then(() => Promise.reject(crash));
    await audit.change(about(), work, guard).catch(() => undefined);
    const stored = running.connection.collection<AuditIntentDocument>('audit_intents');
    const [good] = await intents();
    if (!good) throw new Error('no intent');
    const broken = { ...good, _id: v7(), entries: [{ id: v7(), siteId }], settleAt: new Date(0), action: '' };
    await stored.insertOne(broken);
    await audit.settle(TWO_MINUTES_ON());
    expect(await running.log(siteId)).toHaveLength(1);
    expect(await audit.settle(TWO_MINUTES_ON())).toBe(0);
    await stored.deleteOne({ _id: broken._id });
  });

  it('is settled once by several replicas, and at the start of one', async () => {
    const guard = await thing();
    const crash = new Error('the process is gone');
    await audit
      .change(
        about(),
        async () => {
          await raise(guard.id);
          throw crash;
        },
        guard,
      )
      .catch(() => undefined);
    await Promise.all([audit.settle(TWO_MINUTES_ON()), audit.settle(TWO_MINUTES_ON())]);
    expect(await running.log(siteId)).toHaveLength(1);

    const later = await thing();
    await audit.change(about(), () => raise(later.id).then(() => Promise.reject(crash)), later).catch(() => undefined);
    await running.connection.collection('audit_intents').updateMany({}, { $set: { settleAt: new Date(0) } });
    const replica = await startSystem(env);
    await until(async () => (await running.log(siteId)).length === 2, { what: 'the entry of the crash' });
    await replica.stop();
  });

  it('filters by operator, kind, time and text, in pages, newest first, and only for its own site', async () => {
    const start = Date.parse('2026-10-01T00:00:00Z');
    const at = (hours: number): Date => new Date(start + hours * 3_600_000);
    await insert(
      ...Array.from({ length: 7 }, (_, i) => entry(at(i), { subjectId: `${i}`, operatorId: i % 2 ? 'o2' : 'o1' })),
      entry(at(10), { subject: 'other', subjectId: 'x', subjectName: '100% (sure)', search: '100% (sure)\nanna' }),
      entry(at(11), { siteId: 'foreign', subjectId: 'foreign' }),
    );
    const ids = async (filter: Parameters<RunningSystem['log']>[1]): Promise<string[]> =>
      (await running.log(siteId, filter)).map(({ subjectId }) => subjectId);
    expect(await ids({})).toEqual(['x', '6', '5', '4', '3', '2', '1', '0']);
    expect(await ids({ operatorId: 'o2' })).toEqual(['5', '3', '1']);
    expect(await ids({ subject: 'thing', operatorId: 'o1' })).toEqual(['6', '4', '2', '0']);
    expect(await ids({ from: at(2), to: at(4) })).toEqual(['3', '2']);
    expect(await ids({ q: '0% (SURE' })).toEqual(['x']);
    expect(await ids({ q: '.*' })).toEqual([]);

    const pages: string[][] = [];
    for (let cursor = ''; ;) {
      const request = { filter: filterOf(), cursor, limit: 3 };
      const { items, nextCursor } = await running.system.call('listAudit', request, { actor });
      pages.push(items.map(({ subjectId }) => subjectId));
      cursor = nextCursor;
      if (!cursor) break;
    }
    expect(pages).toEqual([
      ['x', '6', '5'],
      ['4', '3', '2'],
      ['1', '0'],
    ]);
    const wrong = { filter: filterOf(), cursor: '{"$gt":""}', limit: 500 };
    await expect(running.system.call('listAudit', wrong, { actor })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'cursor' }, { path: 'limit' }],
    });
    const operator = operatorActor('o', siteId, 'operator');
    await expect(
      running.system.call('listAudit', { filter: undefined, cursor: '', limit: 0 }, { actor: operator }),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('is exported as CSV in pieces, safe to open in a spreadsheet, and that is noted', async () => {
    const start = Date.parse('2026-10-01T00:00:00Z');
    const evil = '=HYPERLINK("http://evil.example","x")';
    await insert(
      ...Array.from({ length: 1_001 }, (_, i) => entry(new Date(start + i * 1_000), { subjectId: `${i}` })),
      entry(new Date(start - 1_000), {
        ...{ subjectName: evil, userAgent: '@agent, "quoted"\nnew line', operatorName: '-2+3' },
        changes: [
          { path: 'name', before: '"+a"', after: '"b"' },
          { path: 'x', before: '', after: '1' },
        ],
      }),
    );
    const chunks: Uint8Array[] = [];
    for await (const { chunk } of running.system.stream('exportAudit', { filter: filterOf() }, { actor })) {
      chunks.push(chunk);
    }
    expect(chunks.length).toBeGreaterThan(3);
    const text = Buffer.concat(chunks).toString('utf8');
    expect(text.charCodeAt(0)).toBe(0xfeff);
    const rows = parse(text, { bom: true, columns: true }) as Record<string, string>[];
    // The export itself, a row for each entry, and one more for the entry with two changes.
    expect(rows).toHaveLength(1 + 1_001 + 2);
    expect(rows[0]).toMatchObject({ action: 'audit.exported' });
    expect(rows.at(-2)).toMatchObject({ subject_name: `'${evil}`, operator: `'-2+3`, path: 'name', after: '"b"' });
    expect(rows.at(-1)).toMatchObject({ path: 'x', before: '', after: '1', user_agent: `'@agent, "quoted"\nnew line` });
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('is kept as long as the site says, and a change counts for what is there already', async () => {
    const now = Date.now();
    const days = (count: number): Date => new Date(now - count * DAY_MS);
    const other = await running.createSite('Other');
    await insert(...[10, 40, 300, 400].map((age) => entry(days(age), { subjectId: `${age}` })));
    await insert(entry(days(400), { siteId: other }), entry(days(300), { siteId: other }));
    const shown = async (): Promise<string[]> =>
      (await running.log(siteId, { subject: 'thing' })).map(({ subjectId }) => subjectId);
    const { system } = running;
    expect(await system.call('getAuditRetention', {}, { actor })).toEqual({ days: 365 });
    // Past its time is gone for readers, swept or not.
    expect(await shown()).toEqual(['10', '40', '300']);

    await system.call('setAuditRetention', { days: 30 }, { actor });
    expect(await system.call('getAuditRetention', {}, { actor })).toEqual({ days: 30 });
    expect(await shown()).toEqual(['10']);
    await system.call('setAuditRetention', { days: 3_650 }, { actor });
    expect(await shown()).toEqual(['10']);
    const [said] = await running.log(siteId, { subject: 'audit' });
    expect(said).toMatchObject({ changes: [{ path: 'days', before: '30', after: '3650' }], operatorId: actor.id });

    const stored = (): Promise<number> =>
      running.connection.collection('audit').countDocuments({ siteId: other, subject: 'thing' });
    expect(await stored()).toBe(2);
    const retention = running.admin.service.app.get(AuditRetention);
    await retention.sweep(new Date(now));
    expect(await stored()).toBe(1);
    for (const wrong of [29, 3_651, 0]) {
      await expect(system.call('setAuditRetention', { days: wrong }, { actor })).rejects.toMatchObject({
        fields: [{ path: 'days' }],
      });
    }
    expect(await retention.get(siteScope(other))).toBe(365);
  });
});
