import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { startEmbeddedMongo, type EmbeddedMongo } from '../index.js';

describe('mongoose', () => {
  let server: EmbeddedMongo;
  beforeAll(async () => {
    server = await startEmbeddedMongo({ path: ':memory:', inThread: true, onFault: (e) => process.stderr.write(`${e.stack}\n`) });
  });
  afterAll(async () => {
    await mongoose.disconnect();
    await server.stop();
  });

  it('does everything once', async () => {
    await mongoose.connect(server.uri, { dbName: `smoke_${randomBytes(4).toString('hex')}`, autoIndex: false });
    const schema = new mongoose.Schema({ email: String, n: Number, tags: [String], items: [{ k: String, v: Number }], at: Date }, { timestamps: true });
    schema.index({ email: 1 }, { unique: true, name: 'by_email' });
    schema.index({ n: 1, at: -1 }, { name: 'by_n_at' });
    const Model = mongoose.model('Thing', schema);
    await Model.createCollection();
    await Model.createIndexes();
    const made = await Model.create({ email: 'a@x', n: 1, tags: ['p'], items: [{ k: 'a', v: 1 }, { k: 'b', v: 2 }], at: new Date(5) });
    await expect(Model.create({ email: 'a@x' })).rejects.toMatchObject({ code: 11000, keyPattern: { email: 1 }, keyValue: { email: 'a@x' } });
    const updated = await Model.findOneAndUpdate({ _id: made._id, n: 1 }, { $inc: { n: 1 }, $push: { tags: 'q' }, $set: { 'items.$[x].v': 9 } }, { new: true, arrayFilters: [{ 'x.k': 'b' }] }).lean();
    expect(updated).toMatchObject({ n: 2, tags: ['p', 'q'], items: [{ k: 'a', v: 1 }, { k: 'b', v: 9 }] });
    await Model.insertMany(Array.from({ length: 500 }, (_, i) => ({ email: `m${i}`, n: i % 10, at: new Date(i) })));
    const page = await Model.find({ n: 3 }).sort({ at: -1 }).limit(5).lean();
    expect(page.map((d) => d.at?.getTime())).toEqual([493, 483, 473, 463, 453]);
    const plan = (await Model.find({ n: 3 }).sort({ at: -1 }).explain()) as never as { queryPlanner: { winningPlan: unknown } };
    expect(plan.queryPlanner.winningPlan).toMatchObject({ stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'by_n_at' } });
    expect(await Model.countDocuments({ n: { $gte: 5 } })).toBe(250);
    let seen = 0;
    for await (const _ of Model.find({}).cursor({ batchSize: 50 })) seen++;
    expect(seen).toBe(501);
    const groups = await Model.aggregate([{ $match: { n: { $lt: 3 } } }, { $group: { _id: '$n', c: { $sum: 1 } } }, { $sort: { _id: 1 } }]);
    expect(groups).toEqual([{ _id: 0, c: 50 }, { _id: 1, c: 50 }, { _id: 2, c: 51 }]);
    const bucket = new mongoose.mongo.GridFSBucket(mongoose.connection.db as never, { bucketName: 'b', chunkSizeBytes: 1000 });
    const data = randomBytes(5500);
    const up = bucket.openUploadStream('f.bin');
    up.end(data);
    await new Promise((resolve, reject) => up.once('finish', resolve).once('error', reject));
    const parts: Buffer[] = [];
    for await (const part of bucket.openDownloadStream(up.id, { start: 900, end: 4100 })) parts.push(part as Buffer);
    expect(Buffer.concat(parts).equals(data.subarray(900, 4100))).toBe(true);
    await bucket.delete(up.id);
    await Model.updateOne({ email: 'zz' }, { $setOnInsert: { n: 5 }, $set: { tags: ['u'] } }, { upsert: true });
    expect(await Model.findOne({ email: 'zz' }).lean()).toMatchObject({ n: 5, tags: ['u'] });
    expect(await Model.deleteMany({ n: 3 })).toMatchObject({ deletedCount: 50 });
    expect((await Model.listIndexes()).map((i) => i.name)).toEqual(['_id_', 'by_email', 'by_n_at']);
    await mongoose.connection.dropDatabase();
  });
});
