import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { asInteger, isDoc, typeName, type Doc, type Value } from '../bson/values.js';
import { MongoError, notImplemented, typeMismatch } from '../errors.js';
import { compile } from '../query/match.js';
import { parseFilter } from '../query/parse.js';
import { splitPath } from '../query/paths.js';
import { parseProjection } from '../query/project.js';
import { parseSort, sortBy, type Sortable } from '../query/sort.js';
import { parseGroup } from './group.js';

/** One stage of a pipeline: documents in, documents out. */
export interface Stage {
  readonly name: string;
  readonly argument: Value;
  /** @param sortBytes how much a sort may hold */
  readonly run: (documents: Iterable<Doc>, sortBytes: number) => Iterable<Doc>;
}

type Parser = (argument: Value) => Stage['run'];

const PARSERS = new Map<string, Parser>([
  ['$match', parseMatch],
  ['$sort', parseSortStage],
  ['$skip', parseSkip],
  ['$limit', parseLimit],
  ['$project', parseProject],
  ['$unwind', parseUnwind],
  ['$group', parseGroup],
  ['$count', parseCount],
]);

/**
 * @throws MongoError 40324 for a stage that is not here, 40573 for change streams, 40323 for a stage with several names
 */
export function parsePipeline(pipeline: readonly Value[]): Stage[] {
  return pipeline.map((stage) => {
    if (!isDoc(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
    if (stage.size !== 1)
      throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
    const [name, argument] = [...stage][0] as [string, Value];
    if (name === '$changeStream')
      throw new MongoError(40573, 'The $changeStream stage is only supported on replica sets');
    const parse = PARSERS.get(name);
    if (!parse) throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
    return { name, argument, run: parse(argument) };
  });
}

function parseMatch(argument: Value): Stage['run'] {
  if (!isDoc(argument)) throw new MongoError(15959, 'the match filter must be an expression in an object');
  const matches = compile(parseFilter(argument));
  return function* (documents) {
    for (const d of documents) if (matches(d)) yield d;
  };
}

function parseSortStage(argument: Value): Stage['run'] {
  if (!isDoc(argument)) throw new MongoError(15973, 'the $sort key specification must be an object');
  const pattern = parseSort(argument);
  if (!pattern) throw new MongoError(15976, '$sort stage must have at least one sort key');
  return function* (documents, sortBytes) {
    for (const bytes of sortBy(sortables(documents), pattern, sortBytes)) yield decode(bytes);
  };
}

function* sortables(documents: Iterable<Doc>): Generator<Sortable<Buffer>> {
  for (const document of documents) {
    const held = encode(document);
    yield { document, held, size: held.length };
  }
}

function parseSkip(argument: Value): Stage['run'] {
  const n = asInteger(argument);
  if (n === undefined || n < 0)
    throw new MongoError(5107200, `invalid argument to $skip stage: Expected a non-negative number in: $skip`);
  return function* (documents) {
    let at = 0;
    for (const d of documents) if (at++ >= n) yield d;
  };
}

function parseLimit(argument: Value): Stage['run'] {
  const n = asInteger(argument);
  if (n === undefined || n < 0)
    throw new MongoError(5107201, `invalid argument to $limit stage: Expected a non-negative number in: $limit`);
  if (n === 0) throw new MongoError(15958, 'the limit must be positive');
  return function* (documents) {
    let at = 0;
    for (const d of documents) {
      yield d;
      if (++at >= n) return;
    }
  };
}

function parseProject(argument: Value): Stage['run'] {
  if (!isDoc(argument)) throw new MongoError(15969, '$project specification must be an object');
  const projection = parseProjection(argument);
  if (!projection)
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  return function* (documents) {
    for (const d of documents) yield projection(d);
  };
}

function parseCount(argument: Value): Stage['run'] {
  if (typeof argument !== 'string' || argument === '')
    throw new MongoError(40156, 'the count field must be a non-empty string');
  if (argument.startsWith('$')) throw new MongoError(40158, 'the count field cannot be a $-prefixed path');
  if (argument.includes('.')) throw new MongoError(40160, "the count field cannot contain '.'");
  return function* (documents) {
    let n = 0;
    for (const _ of documents) n++;
    if (n > 0) yield new Map([[argument, n]]);
  };
}

/** `"$path"` or `{path: "$path"}`: one document for each element; without elements none. */
function parseUnwind(argument: Value): Stage['run'] {
  const options: Doc = isDoc(argument) ? argument : new Map([['path', argument]]);
  for (const key of options.keys()) {
    if (key === 'includeArrayIndex' || key === 'preserveNullAndEmptyArrays')
      throw notImplemented(`the option '${key}' of $unwind`);
    if (key !== 'path') throw new MongoError(28811, `unrecognized option to $unwind stage: ${key}`);
  }
  const path = options.get('path');
  if (path === undefined) throw new MongoError(28812, 'no path specified to $unwind stage');
  if (typeof path !== 'string')
    throw new MongoError(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith('$'))
    throw new MongoError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  const parts = splitPath(path.slice(1));
  return function* (documents) {
    for (const d of documents) yield* unwindOne(d, parts);
  };
}

function* unwindOne(document: Doc, parts: readonly string[]): Generator<Doc> {
  let value: Value | undefined = document;
  for (const part of parts) value = isDoc(value) ? value.get(part) : undefined;
  if (Array.isArray(value)) for (const item of value) yield withValue(document, parts, item);
  else if (value !== undefined && value !== null) yield document;
}

/** The document with one path changed; everything on the way is copied, the rest is shared. */
function withValue(document: Doc, parts: readonly string[], value: Value): Doc {
  const copy: Doc = new Map(document);
  const [first, ...rest] = parts as [string, ...string[]];
  const below = copy.get(first);
  return copy.set(first, rest.length === 0 ? value : withValue(isDoc(below) ? below : new Map(), rest, value));
}
