import type { Doc } from '../bson/values.js';
import { MongoError } from '../errors.js';
import * as admin from './admin.js';
import { aggregate } from './aggregate.js';
import { Context, checkDatabase, type ServerState } from './context.js';
import { explain } from './explain.js';
import { count, distinct, find, getMore, killCursors } from './find.js';
import { findAndModify } from './find-and-modify.js';
import { createIndexes, dropIndexes, listIndexes } from './indexes.js';
import { checkGeneric, refuseUnknown, writeConcernError, type Fields } from './options.js';
import { insert, remove, update } from './write.js';

interface Command extends Fields {
  readonly run: (ctx: Context) => Doc;
  readonly writes?: boolean;
}

const command = (run: Command['run'], accepts: string[] = [], refuses: string[] = []): Command => ({
  run,
  accepts,
  refuses,
});
const writing = (run: Command['run'], accepts: string[] = [], refuses: string[] = []): Command => ({
  run,
  accepts,
  refuses,
  writes: true,
});

const FIND_REFUSES = [
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'tailable',
  'awaitData',
  'oplogReplay',
  'term',
  'readOnce',
];
const FIND_ACCEPTS = [
  'filter',
  'projection',
  'sort',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'noCursorTimeout',
  'allowDiskUse',
  'allowPartialResults',
];
const FAM_ACCEPTS = ['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'arrayFilters', 'hint'];
const CREATE_REFUSES = [
  'capped',
  'size',
  'max',
  'timeseries',
  'expireAfterSeconds',
  'clusteredIndex',
  'changeStreamPreAndPostImages',
  'viewOn',
  'pipeline',
  'validator',
  'validationLevel',
  'validationAction',
  'indexOptionDefaults',
  'storageEngine',
  'idIndex',
  'encryptedFields',
  'autoIndexId',
];
const HELLO_ACCEPTS = [
  'helloOk',
  'client',
  'compression',
  'loadBalanced',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'topologyVersion',
  'maxAwaitTimeMS',
  'backpressure',
  'internalClient',
  'hostInfo',
];

/** Every command there is. */
const COMMANDS = new Map<string, Command>([
  ['hello', command(admin.hello, HELLO_ACCEPTS)],
  ['isMaster', command(admin.hello, HELLO_ACCEPTS)],
  ['ismaster', command(admin.hello, HELLO_ACCEPTS)],
  ['ping', command(admin.nothing)],
  ['buildInfo', command(admin.buildInfo)],
  ['buildinfo', command(admin.buildInfo)],
  ['serverStatus', command(admin.serverStatus)],
  ['endSessions', command(admin.nothing)],
  ['killSessions', command(admin.nothing)],
  ['refreshSessions', command(admin.nothing)],
  ['saslStart', command(admin.authenticate, ['mechanism', 'payload', 'autoAuthorize', 'options'])],
  ['find', command(find, FIND_ACCEPTS, FIND_REFUSES)],
  ['getMore', command(getMore, ['collection', 'batchSize'], ['term', 'lastKnownCommittedOpTime'])],
  ['killCursors', command(killCursors, ['cursors'])],
  ['count', command(count, ['query', 'limit', 'skip', 'hint', 'fields'])],
  ['distinct', command(distinct, ['key', 'query', 'hint'])],
  ['aggregate', command(aggregate, ['pipeline', 'cursor', 'hint', 'allowDiskUse'], ['explain', 'exchange'])],
  ['explain', command(explain, ['verbosity'])],
  ['insert', writing(insert, ['documents', 'ordered'])],
  ['update', writing(update, ['updates', 'ordered'])],
  ['delete', writing(remove, ['deletes', 'ordered'])],
  ['findAndModify', writing(findAndModify, FAM_ACCEPTS)],
  ['findandmodify', writing(findAndModify, FAM_ACCEPTS)],
  ['createIndexes', writing(createIndexes, ['indexes'], ['commitQuorum', 'ignoreUnknownIndexOptions'])],
  ['dropIndexes', writing(dropIndexes, ['index'])],
  ['listIndexes', command(listIndexes, ['cursor'])],
  ['create', writing(admin.create, [], CREATE_REFUSES)],
  ['drop', writing(admin.drop)],
  ['dropDatabase', writing(admin.dropDatabase)],
  ['listCollections', command(admin.listCollections, ['filter', 'nameOnly', 'cursor', 'authorizedCollections'])],
  ['listDatabases', command(admin.listDatabases, ['filter', 'nameOnly', 'authorizedDatabases'])],
  ['collStats', command(admin.collStats, ['scale'])],
  ['dbStats', command(admin.dbStats, ['scale', 'freeStorage'])],
]);

/** Commands of the Stable API that are here; with `apiStrict` the others are refused. */
const NOT_IN_API_1 = new Set([
  'isMaster',
  'ismaster',
  'buildInfo',
  'buildinfo',
  'serverStatus',
  'distinct',
  'collStats',
  'dbStats',
]);

/**
 * Runs one command and gives the answer's fields without `ok`.
 * @throws MongoError for everything a client did wrong or this server does not do
 */
export function dispatch(state: ServerState, message: Doc): Doc {
  const name = message.keys().next().value ?? '';
  const found = COMMANDS.get(name);
  if (!found) throw new MongoError(59, `no such command: '${name}'`);
  const db = message.get('$db');
  if (typeof db !== 'string') throw new MongoError(40571, 'OP_MSG requests require a $db argument');
  checkDatabase(db);
  checkGeneric(message);
  if (message.get('apiStrict') === true && NOT_IN_API_1.has(name))
    throw new MongoError(323, `Provided apiStrict:true, but the command ${name} is not in API Version 1`);
  refuseUnknown(name, message, { accepts: [...found.accepts, name], refuses: found.refuses }, true);
  const ctx = new Context(state, name, db, message);
  if (!found.writes) return found.run(ctx);
  const answer = state.database.atomically(
    () => found.run(ctx),
    (error) => error instanceof MongoError,
  );
  const concern = writeConcernError(message.get('writeConcern'));
  return concern ? new Map([...answer, ['writeConcernError', concern]]) : answer;
}
