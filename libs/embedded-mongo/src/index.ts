export { DataFileLockedError } from './errors.js';
export { startEmbeddedMongo, NOTICE, type EmbeddedMongo, type EmbeddedMongoOptions } from './start.js';
