import { describe, expect, it } from '@jest/globals';
import { createConnection } from 'mongoose';
import { startTestMongo } from './test-mongo.js';

describe('startTestMongo', () => {
  it('gives a server that keeps documents and database names of their own', async () => {
    const mongo = await startTestMongo();
    const connection = await createConnection(mongo.uri, { dbName: mongo.dbName('testing') }).asPromise();
    try {
      await connection.collection('things').insertOne({ name: 'one' });
      expect(await connection.collection('things').findOne({ name: 'one' })).toMatchObject({ name: 'one' });
      expect(mongo.dbName('a')).not.toBe(mongo.dbName('a'));
    } finally {
      await connection.dropDatabase();
      await connection.close();
      await mongo.stop();
    }
  });
});
