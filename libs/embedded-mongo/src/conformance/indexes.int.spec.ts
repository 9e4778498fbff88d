import { describe, expect, it } from '@jest/globals';
import { Binary, ObjectId } from 'bson';
import { codeOf, mongo, type Collection } from './fixture.js';

type Stage = Record<string, unknown> & {
  inputStage?: Stage;
  inputStages?: Stage[];
  stage?: string;
  indexName?: string;
};

/** All stages of the winning plan, from the outside in. */
async function stages(explained: Promise<unknown>): Promise<Stage[]> {
  const { queryPlanner } = (await explained) as { queryPlanner: { winningPlan: Stage & { queryPlan?: Stage } } };
  const walk = (s: Stage): Stage[] => [
    s,
    ...[s.inputStage, ...(s.inputStages ?? [])].flatMap((x) => (x ? walk(x) : [])),
  ];
  return walk(queryPlanner.winningPlan.queryPlan ?? queryPlanner.winningPlan);
}

const usedIndex = async (explained: Promise<unknown>): Promise<string | undefined> =>
  (await stages(explained)).find((s) => s.indexName)?.indexName;

describe('indexes', () => {
  const fixture = mongo();

  it('are listed as they were made', async () => {
    const c = fixture.collection();
    await c.createIndex({ a: 1, b: -1 }, { name: 'by_a_b' });
    await c.createIndex({ u: 1 }, { unique: true, sparse: true });
    await c.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const listed = (await c.listIndexes().toArray()).map((i) => JSON.parse(JSON.stringify(i)) as unknown);
    expect(listed).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'by_a_b' },
      { v: 2, key: { u: 1 }, name: 'u_1', unique: true, sparse: true },
      { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 },
    ]);
    await c.dropIndex('by_a_b');
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_', 'u_1', 'at_1']);
    await c.dropIndexes();
    expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_']);
  });

  it('are made once', async () => {
    const c = fixture.collection();
    const make = (indexes: object[]) => fixture.db().command({ createIndexes: c.collectionName, indexes });
    expect(await make([{ key: { a: 1 }, name: 'a_1' }])).toMatchObject({
      numIndexesBefore: 1,
      numIndexesAfter: 2,
      createdCollectionAutomatically: true,
    });
    expect(await make([{ key: { a: 1 }, name: 'a_1' }])).toMatchObject({
      numIndexesBefore: 2,
      numIndexesAfter: 2,
      note: 'all indexes already exist',
    });
    expect(await codeOf(make([{ key: { b: 1 }, name: 'a_1' }]))).toBe(86);
    expect(await codeOf(make([{ key: { a: 1 }, name: 'other' }]))).toBe(85);
    expect(await codeOf(make([{ key: { a: 1 }, name: 'a_1', unique: true }]))).toBe(86);
  });

  describe('unique', () => {
    const refused = async (
      work: Promise<unknown>,
    ): Promise<{ code?: number; message: string; keyPattern?: unknown; keyValue?: unknown }> =>
      work.then(
        () => Promise.reject(new Error('accepted')),
        (error: unknown) => error as { message: string },
      );

    it('refuses with exact text, pattern and value', async () => {
      const c = fixture.collection();
      await c.createIndex({ email: 1 }, { unique: true });
      await c.insertOne({ email: 'a@x' });
      const error = await refused(c.insertOne({ email: 'a@x' }));
      expect(error).toMatchObject({ code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'a@x' } });
      expect(error.message).toBe(
        `E11000 duplicate key error collection: ${c.namespace} index: email_1 dup key: { email: "a@x" }`,
      );
    });

    it('shows every kind of value', async () => {
      const c = fixture.collection();
      await c.createIndex({ a: 1, b: -1 }, { unique: true, name: 'ab' });
      const oid = new ObjectId('65a000000000000000000003');
      const cases: ReadonlyArray<readonly [object, string]> = [
        [{ a: 1, b: 1.5 }, '{ a: 1, b: 1.5 }'],
        [{ a: oid, b: null }, "{ a: ObjectId('65a000000000000000000003'), b: null }"],
        [{ a: new Date(5), b: true }, '{ a: new Date(5), b: true }'],
        [{ a: 'x' }, '{ a: "x", b: null }'],
        [{ a: { k: 'v', n: [1, 2] }, b: {} }, '{ a: { k: "v", n: [ 1, 2 ] }, b: {} }'],
        [{ a: new Binary(Buffer.from([0xab, 1])), b: 0 }, '{ a: BinData(0, AB01), b: 0 }'],
      ];
      for (const [document, shown] of cases) {
        await c.insertOne({ ...document });
        expect((await refused(c.insertOne({ ...document }))).message).toContain(`index: ab dup key: ${shown}`);
      }
    });

    it('holds for _id, update, upsert, replace and findAndModify, and leaves everything as it was', async () => {
      const c = fixture.collection();
      await c.createIndex({ u: 1 }, { unique: true });
      await c.createIndex({ n: 1 });
      await c.insertMany([
        { _id: 1 as never, u: 1, n: 1 },
        { _id: 2 as never, u: 2, n: 2 },
      ]);
      expect(await codeOf(c.insertOne({ _id: 1 as never, u: 9 }))).toBe(11000);
      expect(await codeOf(c.updateOne({ _id: 2 as never }, { $set: { u: 1, n: 9 } }))).toBe(11000);
      expect(await codeOf(c.updateOne({ u: 3, x: 1 }, { $set: { u: 1 } }, { upsert: true }))).toBe(11000);
      expect(await codeOf(c.replaceOne({ _id: 2 as never }, { u: 1 }))).toBe(11000);
      expect(await codeOf(c.findOneAndUpdate({ _id: 2 as never }, { $set: { u: 1 } }))).toBe(11000);
      expect(await c.find({ n: { $gt: 0 } }).sort({ n: 1 }).toArray()).toEqual([{ _id: 1, u: 1, n: 1 }, { _id: 2, u: 2, n: 2 }]); // prettier-ignore
      await c.deleteOne({ _id: 1 as never });
      await c.updateOne({ _id: 2 as never }, { $set: { u: 1 } });
    });

    it('treats missing as null, unless sparse', async () => {
      const [c, sparse] = [fixture.collection(), fixture.collection()];
      await c.createIndex({ u: 1 }, { unique: true });
      await sparse.createIndex({ u: 1 }, { unique: true, sparse: true });
      await c.insertOne({});
      expect(await codeOf(c.insertOne({ u: null }))).toBe(11000);
      await sparse.insertMany([{}, {}, { u: 1 }]);
      expect(await codeOf(sparse.insertOne({ u: 1 }))).toBe(11000);
      await sparse.updateOne({ u: 1 }, { $unset: { u: '' } });
      await sparse.insertOne({ u: 1 });
      expect(await sparse.countDocuments({ u: null })).toBe(3);
    });

    it('looks into arrays, but not within one document', async () => {
      const c = fixture.collection();
      await c.createIndex({ t: 1 }, { unique: true });
      await c.insertMany([{ t: [1, 1, 2] }, { t: 3 }]);
      const error = await refused(c.insertOne({ t: [5, 2] }));
      expect(error).toMatchObject({ code: 11000, keyValue: { t: 2 } });
      await c.updateOne({ t: 3 }, { $set: { t: [3, 3, 4] } });
    });

    it('counts 5, 5.0 and Long 5 as one, and strings by their bytes', async () => {
      const c = fixture.collection();
      await c.createIndex({ u: 1 }, { unique: true });
      await c.insertMany([{ u: 5 }, { u: 'a' }, { u: 'a\0' }, { u: 'a\0b' }]);
      expect(
        await codeOf(
          fixture
            .db()
            .command({ insert: c.collectionName, documents: [{ u: 5.0 }] })
            .then((r) => Promise.reject(r['writeErrors'][0])),
        ),
      ).toBe(11000);
      expect(await codeOf(c.insertOne({ u: 'a\0b' }))).toBe(11000);
    });

    it('cannot be made over duplicates and leaves no index behind', async () => {
      const c = fixture.collection();
      await c.insertMany([{ u: 1 }, { u: 1 }]);
      expect(await codeOf(c.createIndex({ u: 1 }, { unique: true }))).toBe(11000);
      expect((await c.indexes()).map((i) => i.name)).toEqual(['_id_']);
      await c.insertOne({ u: 1 });
    });

    it('stops or goes on in bulk writes', async () => {
      const c = fixture.collection();
      const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }] as never[];
      const ordered = await refused(c.insertMany(documents));
      expect(ordered).toMatchObject({ code: 11000, result: { insertedCount: 1 } });
      const unordered = await refused(
        c.insertMany([{ _id: 1 }, { _id: 3 }, { _id: 1 }, { _id: 4 }] as never[], { ordered: false }),
      );
      expect(unordered).toMatchObject({ result: { insertedCount: 2 } });
      expect(
        (unordered as unknown as { writeErrors: Array<{ index: number }> }).writeErrors.map((e) => e.index),
      ).toEqual([0, 2]);
      expect((await c.find().sort({ _id: 1 }).toArray()).map((d) => d._id)).toEqual([1, 3, 4]);
    });
  });

  it('refuses parallel arrays', async () => {
    const c = fixture.collection();
    await c.createIndex({ a: 1, b: 1 });
    await c.insertMany([
      { a: [1, 2], b: 1 },
      { a: 1, b: [1] },
    ]);
    expect(await codeOf(c.insertOne({ a: [1], b: [2] }))).toBe(171);
    expect(await c.countDocuments({})).toBe(2);
  });

  it('pairs fields of the same array element in a compound unique index', async () => {
    const c = fixture.collection();
    await c.createIndex({ 'l.a': 1, 'l.b': 1 }, { unique: true });
    await c.insertOne({
      l: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    });
    await c.insertOne({ l: [{ a: 1, b: 2 }] });
    expect(await codeOf(c.insertOne({ l: [{ a: 2, b: 2 }] }))).toBe(11000);
  });

  describe('are used', () => {
    const filled = async (...keys: Array<Record<string, 1 | -1>>): Promise<Collection> => {
      const c = fixture.collection();
      for (const key of keys) await c.createIndex(key);
      await c.insertMany(
        Array.from({ length: 200 }, (_, i) => ({
          _id: i as never,
          site: `s${i % 2}`,
          status: `t${i % 3}`,
          at: new Date(i),
          n: i,
        })),
      );
      return c;
    };

    it('for equality, range and order', async () => {
      const c = await filled({ site: 1, status: 1, at: -1 }, { n: 1 });
      const page = c.find({ site: 's1', status: 't1', at: { $lt: new Date(100) } }).sort({ at: -1 });
      expect(await usedIndex(page.clone().explain())).toBe('site_1_status_1_at_-1');
      expect((await stages(page.clone().explain())).map((s) => s.stage)).not.toContain('SORT');
      expect((await page.limit(3).toArray()).map((d) => Number(d._id))).toEqual([97, 91, 85]);
      expect(await usedIndex(c.find({ n: 5 }).explain())).toBe('n_1');
      expect((await stages(c.find({ other: 5 }).explain())).map((s) => s.stage)).toEqual(['COLLSCAN']);
    });

    it('for $in with a sort after it', async () => {
      const c = await filled({ site: 1, status: 1, at: -1 });
      const page = c
        .find({ site: 's0', status: { $in: ['t0', 't2'] } })
        .sort({ at: -1 })
        .limit(5);
      expect((await stages(page.clone().explain())).map((s) => s.stage)).not.toContain('SORT');
      expect((await page.toArray()).map((d) => Number(d._id))).toEqual([198, 194, 192, 188, 186]);
    });

    it('for $or, and with a hint', async () => {
      const c = await filled({ site: 1 }, { n: 1 });
      expect((await stages(c.find({ $or: [{ n: 5 }, { n: 7 }] }).explain())).map((s) => s.stage)).not.toContain(
        'COLLSCAN',
      );
      expect(await c.countDocuments({ $or: [{ n: 5 }, { n: { $lt: 3 } }] })).toBe(4);
      expect(await usedIndex(c.find({ n: 5, site: 's1' }).hint('site_1').explain())).toBe('site_1');
      expect(await usedIndex(c.find({ n: 5, site: 's1' }).hint({ site: 1 }).explain())).toBe('site_1');
      expect(await codeOf(c.find({}).hint('none').toArray())).toBe(2);
    });

    it('by updates, deletes and pipelines', async () => {
      const c = await filled({ n: 1 });
      const explain = (command: object) => fixture.db().command({ explain: command, verbosity: 'queryPlanner' });
      const name = c.collectionName;
      expect(await usedIndex(explain({ update: name, updates: [{ q: { n: 5 }, u: { $set: { x: 1 } } }] }))).toBe('n_1');
      expect(await usedIndex(explain({ delete: name, deletes: [{ q: { n: 5 }, limit: 1 }] }))).toBe('n_1');
      expect(await usedIndex(explain({ findAndModify: name, query: { n: 5 }, update: { $set: { x: 1 } } }))).toBe(
        'n_1',
      );
      expect(await usedIndex(c.aggregate([{ $match: { n: 5 } }]).explain())).toBe('n_1');
    });

    it('when sparse only if nothing is missed', async () => {
      const c = fixture.collection();
      await c.createIndex({ s: 1 }, { sparse: true });
      await c.insertMany([{ s: new Date(1) }, { s: new Date(2) }, {}, {}]);
      expect(await usedIndex(c.find({ s: { $lt: new Date(2) } }).explain())).toBe('s_1');
      expect((await c.find().sort({ s: 1 }).toArray()).length).toBe(4);
      expect(await c.countDocuments({ s: null })).toBe(2);
      expect(await c.countDocuments({ s: { $exists: true } })).toBe(2);
    });
  });
});
