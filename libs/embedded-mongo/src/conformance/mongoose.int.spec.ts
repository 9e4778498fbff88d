import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import mongoose, { Schema } from 'mongoose';
import { mongo } from './fixture.js';

const PersonSchema = new Schema(
  {
    name: { type: String, required: true },
    email: String,
    age: Number,
    tags: [String],
    friends: [{ name: String, since: Date }],
    props: { type: Map, of: String },
    avatar: Buffer,
    price: Schema.Types.Decimal128,
    big: BigInt,
    token: Schema.Types.UUID,
    boss: { type: Schema.Types.ObjectId, ref: 'Person' },
  },
  { timestamps: true, optimisticConcurrency: true },
);
PersonSchema.index({ email: 1 }, { name: 'by_email', unique: true, sparse: true });
PersonSchema.index({ age: -1, name: 1 }, { name: 'by_age' });

describe('mongoose', () => {
  const fixture = mongo();
  let connection: mongoose.Connection;
  const model = () => connection.model('Person', PersonSchema);
  beforeAll(async () => {
    connection = mongoose.createConnection(fixture.uri(), {
      dbName: `mongoose_${randomBytes(4).toString('hex')}`,
      autoIndex: false,
      autoCreate: false,
    });
    await connection.asPromise();
  });
  fixture.atEnd(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('makes, keeps in step and drops indexes', async () => {
    const Person = model();
    await Person.init();
    await Person.createIndexes();
    expect((await Person.listIndexes()).map((i) => i.name)).toEqual(['_id_', 'by_email', 'by_age']);
    await Person.collection.createIndex({ extra: 1 });
    expect(await Person.syncIndexes()).toEqual(['extra_1']);
    expect(await Person.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
  });

  it('gives back every type', async () => {
    const Person = model();
    const token = new mongoose.Types.UUID();
    const made = await Person.create({
      name: 'Аня 😀',
      tags: ['x'],
      props: new Map([['z', 'last'], ['a', 'first']]), // prettier-ignore
      avatar: Buffer.from([0, 255, 254]),
      price: mongoose.Types.Decimal128.fromString('12.50'),
      big: 9007199254740993n,
      token,
    });
    const found = await Person.findById(made._id).orFail();
    expect(found.name).toBe('Аня 😀');
    expect([...(found.props?.keys() ?? [])]).toEqual(['z', 'a']);
    expect(Buffer.from(found.avatar as unknown as Uint8Array).equals(Buffer.from([0, 255, 254]))).toBe(true);
    expect(String(found.price)).toBe('12.50');
    expect(found.big).toBe(9007199254740993n);
    expect(String(found.token)).toBe(String(token));
    expect(found.createdAt).toBeInstanceOf(Date);
  });

  it('saves changes and notices a version that moved', async () => {
    const Person = model();
    const { _id } = await Person.create({ name: 'v', friends: [{ name: 'a' }, { name: 'b' }] });
    const [first, second] = [await Person.findById(_id).orFail(), await Person.findById(_id).orFail()];
    first.friends.pull(first.friends[0]?._id);
    first.tags.push('t');
    await first.save();
    second.name = 'w';
    await expect(second.save()).rejects.toMatchObject({ name: 'VersionError' });
    expect((await Person.findById(_id).lean())?.friends.map((f) => f.name)).toEqual(['b']);
  });

  it('queries, populates, counts and deletes', async () => {
    const Person = model();
    const boss = await Person.create({ name: 'boss', age: 60 });
    await Person.insertMany(Array.from({ length: 20 }, (_, i) => ({ name: `p${i}`, age: i, boss: boss._id })));
    const page = await Person.find({ age: { $lt: 20 } })
      .sort({ age: -1, name: 1 })
      .limit(2)
      .select('name boss')
      .populate('boss', 'name')
      .lean();
    expect(page).toMatchObject([{ name: 'p19', boss: { name: 'boss' } }, { name: 'p18' }]);
    expect(await Person.countDocuments({ boss: boss._id })).toBe(20);
    expect(await Person.exists({ name: 'p3' })).not.toBeNull();
    expect(await Person.deleteMany({ boss: boss._id, age: { $gte: 10 } })).toMatchObject({ deletedCount: 10 });
    let seen = 0;
    for await (const person of Person.find({ boss: boss._id }).cursor({ batchSize: 3 }))
      seen += Number(person.age !== undefined);
    expect(seen).toBe(10);
  });

  it('writes in bulk and reports duplicates by index', async () => {
    const Person = model();
    const result = await Person.bulkWrite([
      { insertOne: { document: { name: 'b1', email: 'b1@x' } as never } },
      {
        updateOne: {
          filter: { email: 'b2@x' },
          update: { $set: { age: 5 }, $setOnInsert: { name: 'b2' } } as never,
          upsert: true,
        },
      },
      { updateMany: { filter: { email: /^b/ }, update: { $inc: { age: 1 } } as never } },
      { deleteOne: { filter: { email: 'b1@x' } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, upsertedCount: 1, modifiedCount: 2, deletedCount: 1 });
    const twice = Person.insertMany(
      [
        { name: 'd', email: 'd@x' },
        { name: 'd', email: 'd@x' },
        { name: 'e', email: 'e@x' },
      ],
      { ordered: false },
    );
    await expect(twice).rejects.toMatchObject({ code: 11000, writeErrors: [{ index: 1 }] });
    expect(await Person.countDocuments({ email: { $in: ['d@x', 'e@x'] } })).toBe(2);
  });

  it('takes write concerns and sessions, and no transactions on a standalone', async () => {
    const Person = model();
    await Person.create([{ name: 'j' }], { w: 'majority', j: true });
    await Person.collection.insertOne({ name: 'silent' }, { writeConcern: { w: 0 } });
    const session = await connection.startSession();
    await Person.create([{ name: 'in a session' }], { session });
    expect(await Person.findOne({ name: 'in a session' }).session(session)).not.toBeNull();
    await session.endSession();
    expect(await Person.countDocuments({ name: { $in: ['j', 'silent'] } })).toBe(2);
  });
});
