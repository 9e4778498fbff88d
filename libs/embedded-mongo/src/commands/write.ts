import { ObjectId } from 'bson';
import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { asInteger, isDoc, Raw, truthy, typeName, type Doc, type Value } from '../bson/values.js';
import { failedToParse, MongoError } from '../errors.js';
import type { Collection } from '../store/catalog.js';
import { applyUpdate, upsertDocument } from '../update/apply.js';
import { parseUpdate, type Update } from '../update/parse.js';
import type { Context } from './context.js';
import { contextOf, execute, optional, parseQuery, planQuery, type Query } from './find.js';
import { refuseUnknown, type Fields } from './options.js';

/** MongoDB's largest document, announced in hello. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
export const MAX_WRITE_BATCH = 100_000;

/** Runs the statements of a write command one by one; errors of single statements become `writeErrors`. */
function eachStatement<T>(ctx: Context, statements: readonly T[], work: (statement: T, index: number) => void): Doc {
  if (statements.length === 0 || statements.length > MAX_WRITE_BATCH) {
    throw new MongoError(
      16,
      `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${statements.length} operations.`,
    );
  }
  const errors: Value[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      work(statement, index);
    } catch (error) {
      // A refused statement is an answer; anything else is a fault and ends the command.
      if (!(error instanceof MongoError)) throw error;
      errors.push(writeError(error, index));
      if (ctx.flag('ordered', true)) break;
    }
  }
  return errors.length > 0 ? new Map([['writeErrors', errors]]) : new Map();
}

const writeError = (error: MongoError, index: number): Doc =>
  new Map<string, Value>([
    ['index', index],
    ['code', error.code],
    ...(error.extra as Map<string, Value>),
    ['errmsg', error.message],
  ]);

export function insert(ctx: Context): Doc {
  const documents = ctx.list('documents');
  const collection = ctx.ensureCollection();
  let n = 0;
  const errors = eachStatement(ctx, documents, (statement) => {
    if (!(statement instanceof Raw)) throw new MongoError(14, 'every document must be an object');
    insertBytes(ctx, collection, statement.bytes);
    n++;
  });
  return new Map<string, Value>([['n', n], ...errors]);
}

/** Stores bytes as they came when `_id` is first, as MongoDB keeps it; else with `_id` moved or made. */
function insertBytes(ctx: Context, collection: Collection, bytes: Buffer): void {
  const document = decode(bytes);
  const id = document.get('_id');
  if (id !== undefined && document.keys().next().value === '_id') return storeNew(ctx, collection, document, bytes);
  const ordered: Doc = new Map([['_id', id ?? new ObjectId()], ...document]);
  storeNew(ctx, collection, ordered, encode(ordered));
}

function storeNew(ctx: Context, collection: Collection, document: Doc, bytes: Buffer): void {
  checkId(document.get('_id') as Value);
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new MongoError(
      10334,
      `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`,
    );
  }
  ctx.state.documents.insert(collection, bytes, document);
}

function checkId(id: Value): void {
  const type = typeName(id);
  if (type === 'array' || type === 'regex') throw new MongoError(53, `The '_id' value cannot be of type ${type}`);
  if (isDoc(id))
    for (const key of id.keys())
      if (key.startsWith('$'))
        throw new MongoError(52, `_id fields may not contain '$'-prefixed fields: ${key} is not valid for storage.`);
}

/** One statement of an update command, parsed. */
export interface UpdateStatement {
  readonly query: Query;
  readonly update: Update;
  readonly multi: boolean;
  readonly upsert: boolean;
}

const UPDATE_FIELDS = {
  accepts: ['q', 'u', 'multi', 'upsert', 'hint'],
  refuses: ['collation', 'c', 'arrayFilters'],
};

const DELETE_FIELDS: Fields = { accepts: ['q', 'limit', 'hint'], refuses: ['collation'] };

/** Checks the form of every statement before the first is run, as MongoDB does: one with a wrong form refuses the command. */
function checkForm(where: string, statements: readonly Value[], fields: Fields): Doc[] {
  return statements.map((statement) => {
    if (!isDoc(statement)) throw new MongoError(14, `the entries of BSON field '${where}' must be objects`);
    refuseUnknown(where, statement, fields);
    if (!isDoc(statement.get('q')))
      throw new MongoError(40414, `BSON field '${where}.q' is missing but a required field`);
    return statement;
  });
}

export const updateStatements = (ctx: Context): Doc[] =>
  checkForm('update.updates', ctx.list('updates'), UPDATE_FIELDS);
export const deleteStatements = (ctx: Context): Doc[] =>
  checkForm('delete.deletes', ctx.list('deletes'), DELETE_FIELDS);

export function parseUpdateStatement(statement: Doc): UpdateStatement {
  const multi = truthy(statement.get('multi'));
  const update = parseUpdate(statement.get('u'));
  if (multi && update.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  const query = parseQuery(statement.get('q') as Doc, {
    ...optional('hint', statement.get('hint')),
    limit: multi ? 0 : 1,
  });
  return { query, update, multi, upsert: truthy(statement.get('upsert')) };
}

export function update(ctx: Context): Doc {
  let n = 0;
  let nModified = 0;
  const upserted: Value[] = [];
  const errors = eachStatement(ctx, updateStatements(ctx), (item, index) => {
    const statement = parseUpdateStatement(item);
    const collection = ctx.collection();
    const matched = collection
      ? updateMatching(ctx, collection, statement, (changed) => {
          n++;
          if (changed) nModified++;
        })
      : 0;
    if (matched > 0 || !statement.upsert) return;
    const document = insertUpsert(ctx, statement.update, statement.query);
    n++;
    upserted.push(
      new Map<string, Value>([
        ['index', index],
        ['_id', document.get('_id') as Value],
      ]),
    );
  });
  return new Map<string, Value>([
    ['n', n],
    ['nModified', nModified],
    ...(upserted.length > 0 ? ([['upserted', upserted]] as const) : []),
    ...errors,
  ]);
}

/** Rows are collected first: a document whose index key moves is still visited once. */
function updateMatching(
  ctx: Context,
  collection: Collection,
  { query, update }: UpdateStatement,
  done: (changed: boolean) => void,
): number {
  const rows: number[] = [];
  for (const { r } of execute(ctx.state, collection, planQuery(collection, query), contextOf(ctx))) rows.push(r);
  for (const r of rows) done(updateRow(ctx, collection, r, update).changed);
  return rows.length;
}

export interface Changed {
  readonly before: Buffer;
  readonly after: Buffer;
  readonly changed: boolean;
}

/** Updates one stored document; the same bytes again are no change. */
export function updateRow(ctx: Context, collection: Collection, r: number, update: Update): Changed {
  const before = ctx.state.documents.read(collection, r) as Buffer;
  const document = applyUpdate(update, decode(before));
  const after = encode(document);
  if (after.equals(before)) return { before, after, changed: false };
  if (after.length > MAX_DOCUMENT_BYTES)
    throw new MongoError(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`);
  const touched = update.kind === 'operators' ? update.touched : undefined;
  ctx.state.documents.replace(collection, r, { before: decode(before), after: document, bytes: after, touched });
  return { before, after, changed: true };
}

export function insertUpsert(ctx: Context, update: Update, query: Query): Doc {
  const made = upsertDocument(update, query.filter);
  storeNew(ctx, ctx.ensureCollection(), made, encode(made));
  return made;
}

export function parseDeleteStatement(statement: Doc): Query {
  const limit = asInteger(statement.get('limit'));
  if (limit === undefined)
    throw new MongoError(40414, "BSON field 'delete.deletes.limit' is missing but a required field");
  if (limit !== 0 && limit !== 1) throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
  return parseQuery(statement.get('q') as Doc, { ...optional('hint', statement.get('hint')), limit });
}

export function remove(ctx: Context): Doc {
  let n = 0;
  const errors = eachStatement(ctx, deleteStatements(ctx), (statement) => {
    const query = parseDeleteStatement(statement);
    const collection = ctx.collection();
    if (!collection) return;
    const rows: number[] = [];
    for (const { r } of execute(ctx.state, collection, planQuery(collection, query), contextOf(ctx))) rows.push(r);
    for (const r of rows)
      ctx.state.documents.remove(collection, r, decode(ctx.state.documents.read(collection, r) as Buffer));
    n += rows.length;
  });
  return new Map<string, Value>([['n', n], ...errors]);
}
