import { asInteger, isDoc, typeName, type Doc, type Value } from '../bson/values.js';
import { MongoError, typeMismatch } from '../errors.js';
import { compile } from '../query/match.js';
import { parseFilter } from '../query/parse.js';
import { splitPath } from '../query/paths.js';
import { parseProjection } from '../query/project.js';
import { parseSort, sortBy } from '../query/sort.js';
import { parseGroup } from './group.js';

/** One stage of a pipeline: documents in, documents out. */
export interface Stage {
  readonly name: string;
  readonly argument: Value;
  readonly run: (documents: Iterable<Doc>) => Iterable<Doc>;
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
  return (documents) => sortBy(documents, pattern, (d) => d);
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
  const projection = parseProjection(argument, false);
  if (!projection)
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  return function* (documents) {
    for (const d of documents) yield projection(d, { kind: 'and', filters: [] });
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

interface Unwind {
  readonly parts: readonly string[];
  readonly index: string | undefined;
  readonly preserve: boolean;
}

function parseUnwind(argument: Value): Stage['run'] {
  const unwind = unwindOptions(argument);
  return function* (documents) {
    for (const d of documents) yield* unwindOne(d, unwind);
  };
}

function unwindOptions(argument: Value): Unwind {
  const options: Doc = isDoc(argument) ? argument : new Map([['path', argument]]);
  for (const key of options.keys()) {
    if (!['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(key))
      throw new MongoError(28811, `unrecognized option to $unwind stage: ${key}`);
  }
  const path = options.get('path');
  if (path === undefined) throw new MongoError(28812, 'no path specified to $unwind stage');
  if (typeof path !== 'string')
    throw new MongoError(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith('$'))
    throw new MongoError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  const index = options.get('includeArrayIndex');
  if (index !== undefined && (typeof index !== 'string' || index === '' || index.startsWith('$'))) {
    throw new MongoError(28810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
  }
  return { parts: splitPath(path.slice(1)), index, preserve: options.get('preserveNullAndEmptyArrays') === true };
}

function* unwindOne(document: Doc, { parts, index, preserve }: Unwind): Generator<Doc> {
  let value: Value | undefined = document;
  for (const part of parts) value = isDoc(value) ? value.get(part) : undefined;
  const numbered = (d: Doc, i: bigint | null): Doc => (index === undefined ? d : withValue(d, splitPath(index), i));
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield numbered(withValue(document, parts, item), BigInt(i));
    if (value.length === 0 && preserve) yield numbered(withValue(document, parts, undefined), null);
  } else if (value !== undefined && value !== null) yield numbered(document, null);
  else if (preserve) yield numbered(document, null);
}

/** The document with one path changed; everything on the way is copied, the rest is shared. */
function withValue(document: Doc, parts: readonly string[], value: Value | undefined): Doc {
  const copy: Doc = new Map(document);
  const [first, ...rest] = parts as [string, ...string[]];
  const below = copy.get(first);
  const next = rest.length === 0 ? value : withValue(isDoc(below) ? below : new Map(), rest, value);
  if (next === undefined) copy.delete(first);
  else copy.set(first, next);
  return copy;
}
