import { describe, expect, it } from '@jest/globals';
import { codeOf, mongo } from './fixture.js';

describe('upsert and findAndModify', () => {
  const fixture = mongo();

  describe('upsert', () => {
    it('begins with the equalities of the filter', async () => {
      const docs = fixture.collection();
      const filter = { 'a.b': 1, $and: [{ c: { $eq: 2 } }, { d: { $gt: 5 } }], e: { $in: [1, 2] } };
      const result = await docs.updateOne(filter, { $setOnInsert: { f: 3 }, $inc: { n: 1 } }, { upsert: true });
      expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1 });
      expect(await docs.findOne({ _id: result.upsertedId as never })).toMatchObject({ a: { b: 1 }, c: 2, f: 3, n: 1 });
      expect(await docs.updateOne(filter, { $inc: { n: 1 } }, { upsert: true })).toMatchObject({ matchedCount: 0 });
    });

    it('takes _id from the filter', async () => {
      const docs = fixture.collection();
      await docs.updateOne({ _id: 'mine' as never }, { $set: { a: 1 } }, { upsert: true });
      await docs.replaceOne({ _id: 'yours' as never }, { b: 1 }, { upsert: true });
      expect(await docs.find().sort({ _id: 1 }).toArray()).toEqual([
        { _id: 'mine', a: 1 },
        { _id: 'yours', b: 1 },
      ]);
    });

    it('makes one document of 100 at once under a unique key', async () => {
      const docs = fixture.collection();
      await docs.createIndex({ key: 1 }, { unique: true });
      await Promise.all(
        Array.from({ length: 100 }, () => docs.updateOne({ key: 'k' }, { $inc: { n: 1 } }, { upsert: true })),
      );
      expect(await docs.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ key: 'k', n: 100 }]);
    });

    it('refuses two values for one field', async () => {
      const docs = fixture.collection();
      expect(await codeOf(docs.updateOne({ $and: [{ a: 1 }, { a: 2 }] }, { $set: { b: 1 } }, { upsert: true }))).toBe(
        54,
      );
    });
  });

  describe('findAndModify', () => {
    it('gives the document before or after, sorted and projected', async () => {
      const docs = fixture.collection();
      await docs.insertMany([{ n: 1, s: 'a' }, { n: 3, s: 'c' }, { n: 2, s: 'b' }]); // prettier-ignore
      const projection = { _id: 0, s: 1 };
      expect(await docs.findOneAndUpdate({}, { $set: { s: 'x' } }, { sort: { n: -1 }, projection })).toEqual({
        s: 'c',
      });
      expect(
        await docs.findOneAndUpdate({ n: 2 }, { $set: { s: 'y' } }, { returnDocument: 'after', projection }),
      ).toEqual({ s: 'y' });
      expect(await docs.findOneAndDelete({ n: 1 }, { projection })).toEqual({ s: 'a' });
      expect(await docs.findOneAndUpdate({ n: 9 }, { $set: { s: 'z' } })).toBeNull();
    });

    it('says what it did', async () => {
      const docs = fixture.collection();
      const options = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const;
      const first = await docs.findOneAndUpdate({ k: 1 }, { $inc: { n: 1 } }, options);
      expect(first.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false, upserted: first.value?._id });
      const second = await docs.findOneAndUpdate({ k: 1 }, { $inc: { n: 1 } }, options);
      expect(second).toMatchObject({ lastErrorObject: { n: 1, updatedExisting: true }, value: { k: 1, n: 2 } });
    });

    it('is exact under 200 at once', async () => {
      const docs = fixture.collection();
      await docs.insertOne({ _id: 1 as never, n: 0, log: [] });
      await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          docs.findOneAndUpdate({ _id: 1 as never }, { $inc: { n: 1 }, $push: { log: i } as never }),
        ),
      );
      const stored = await docs.findOne({});
      expect(stored?.['n']).toBe(200);
      expect(new Set(stored?.['log']).size).toBe(200);
    });

    it('guards by a condition', async () => {
      const docs = fixture.collection();
      await docs.insertOne({ _id: 1 as never, seq: 0 });
      const tries = Array.from({ length: 20 }, () =>
        docs.findOneAndUpdate({ _id: 1 as never, seq: 0 }, { $inc: { seq: 1 } }),
      );
      expect((await Promise.all(tries)).filter((d) => d !== null)).toHaveLength(1);
    });
  });
});
