import type { Doc } from '../bson/values.js';
import { isAnswer, MongoError } from '../errors.js';
import * as admin from './admin.js';
import { aggregate } from './aggregate.js';
import { Context, checkDatabase, type ServerState } from './context.js';
import { explain } from './explain.js';
import { count, find, getMore, killCursors } from './find.js';
import { findAndModify } from './find-and-modify.js';
import { createIndexes, dropIndexes, listIndexes } from './indexes.js';
import { checkGeneric, refuseUnknown, writeConcernError, type Fields } from './options.js';
import { insert, remove, update } from './write.js';

interface Command extends Fields {
  readonly run: (ctx: Context) => Doc | Promise<Doc>;
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

const FIND_ACCEPTS = [
  'filter', 'projection', 'sort', 'hint', 'skip', 'limit', 'batchSize', 'singleBatch', 'noCursorTimeout', 'allowDiskUse',
  'allowPartialResults',
]; // prettier-ignore
const FIND_REFUSES = [
  'min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData', 'oplogReplay', 'term', 'readOnce',
]; // prettier-ignore
const FAM_ACCEPTS = ['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'hint'];
const CREATE_REFUSES = [
  'capped', 'size', 'max', 'timeseries', 'expireAfterSeconds', 'clusteredIndex', 'changeStreamPreAndPostImages', 'viewOn',
  'pipeline', 'validator', 'validationLevel', 'validationAction', 'indexOptionDefaults', 'storageEngine', 'idIndex',
  'encryptedFields', 'autoIndexId',
]; // prettier-ignore
const HELLO_ACCEPTS = [
  'helloOk', 'client', 'compression', 'loadBalanced', 'saslSupportedMechs', 'speculativeAuthenticate', 'topologyVersion',
  'maxAwaitTimeMS', 'backpressure', 'internalClient', 'hostInfo',
]; // prettier-ignore

/** Every command there is. */
const COMMANDS = new Map<string, Command>([
  ['hello', command(admin.hello, HELLO_ACCEPTS)],
  ['isMaster', command(admin.hello, HELLO_ACCEPTS)],
  ['ismaster', command(admin.hello, HELLO_ACCEPTS)],
  ['ping', command(admin.ping)],
  ['buildInfo', command(admin.buildInfo)],
  ['buildinfo', command(admin.buildInfo)],
  ['endSessions', command(admin.nothing)],
  ['killSessions', command(admin.nothing)],
  ['refreshSessions', command(admin.nothing)],
  ['saslStart', command(admin.authenticate, ['mechanism', 'payload', 'autoAuthorize', 'options'])],
  ['find', command(find, FIND_ACCEPTS, FIND_REFUSES)],
  ['getMore', command(getMore, ['collection', 'batchSize'], ['term', 'lastKnownCommittedOpTime'])],
  ['killCursors', command(killCursors, ['cursors'])],
  ['count', command(count, ['query', 'limit', 'skip', 'hint', 'fields'])],
  ['aggregate', command(aggregate, ['pipeline', 'cursor', 'hint', 'allowDiskUse'], ['explain', 'exchange'])],
  ['explain', command(explain, ['verbosity'])],
  ['insert', writing(insert, ['documents', 'ordered'])],
  ['update', writing(update, ['updates', 'ordered'])],
  ['delete', writing(remove, ['deletes', 'ordered'])],
  ['findAndModify', writing(findAndModify, FAM_ACCEPTS, ['arrayFilters'])],
  ['findandmodify', writing(findAndModify, FAM_ACCEPTS, ['arrayFilters'])],
  ['createIndexes', writing(createIndexes, ['indexes'], ['commitQuorum', 'ignoreUnknownIndexOptions'])],
  ['dropIndexes', writing(dropIndexes, ['index'])],
  ['listIndexes', command(listIndexes, ['cursor'])],
  ['create', writing(admin.create, [], CREATE_REFUSES)],
  ['drop', writing(admin.drop)],
  ['dropDatabase', writing(admin.dropDatabase)],
  ['listCollections', command(admin.listCollections, ['filter', 'nameOnly', 'cursor', 'authorizedCollections'])],
]);

/**
 * Runs one command and gives the answer's fields without `ok`; a promise when it goes on in later turns of the event loop.
 * @throws MongoError for everything a client did wrong or this server does not do
 */
export function dispatch(state: ServerState, message: Doc): Doc | Promise<Doc> {
  const name = message.keys().next().value ?? '';
  const found = COMMANDS.get(name);
  if (!found) throw new MongoError(59, `no such command: '${name}'`);
  const db = message.get('$db');
  if (typeof db !== 'string') throw new MongoError(40571, 'OP_MSG requests require a $db argument');
  checkDatabase(db);
  checkGeneric(message);
  refuseUnknown(name, message, { accepts: [...found.accepts, name], refuses: found.refuses }, true);
  // Drivers ask on and on by `hello` whether there is a server: there is, it only has no data.
  if (found.run !== admin.hello) state.database.assertThere();
  const ctx = new Context(state, name, db, message);
  if (!found.writes) return found.run(ctx);
  const answer = state.database.atomically(() => found.run(ctx), isAnswer);
  const concern = writeConcernError(message.get('writeConcern'));
  if (!concern) return answer;
  const withConcern = (fields: Doc): Doc => new Map([...fields, ['writeConcernError', concern]]);
  return answer instanceof Map ? withConcern(answer) : answer.then(withConcern);
}
