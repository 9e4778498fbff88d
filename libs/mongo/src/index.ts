/**
 * A service's own MongoDB: connection, migrations, indexes, and errors as the product knows them.
 *
 * @packageDocumentation
 */
export { bytesOf } from './bytes.js';
export {
  mongoReadiness,
  openMongo,
  type ModelDefinition,
  type MongoOptions,
  type ReadinessProbe,
} from './connection.js';
export { isDuplicateKey, mongoCall, toMongoAppError } from './errors.js';
export { ensureIndexes, indexUsed, type IndexDefinition } from './indexes.js';
export type { MongoLogger } from './logger.js';
export { MIGRATIONS_COLLECTION, runMigrations, type Migration, type MigrationOptions } from './migrations.js';
export {
  InjectConnection,
  InjectModel,
  MONGO_CONNECTION,
  MongoModule,
  modelToken,
  type MongoAsyncOptions,
} from './mongo.module.js';
export { plansOf, recordQueries, type SentQuery } from './recorded-queries.js';
export { MongoRepository } from './repository.js';
