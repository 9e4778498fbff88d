import { BSONRegExp } from 'bson';
import { isDoc, truthy, type Doc, type Value } from '../bson/values.js';
import { badValue, featureNotAllowed, MongoError } from '../errors.js';
import { splitPath } from './paths.js';
import { parsePattern, type TextPattern } from './regex.js';

export type Comparison = '$gt' | '$gte' | '$lt' | '$lte';

/** A test of what a path reaches. */
export type Predicate =
  | { readonly kind: 'eq'; readonly value: Value }
  | { readonly kind: 'cmp'; readonly op: Comparison; readonly value: Value }
  | { readonly kind: 'in'; readonly values: readonly Value[]; readonly patterns: readonly TextPattern[] }
  | { readonly kind: 'regex'; readonly pattern: TextPattern }
  | { readonly kind: 'exists' }
  | { readonly kind: 'elemDoc'; readonly filter: Filter }
  | { readonly kind: 'elemValue'; readonly all: readonly Predicate[] }
  | { readonly kind: 'not'; readonly all: readonly Predicate[] };

/** A parsed filter. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'path'; readonly path: string; readonly parts: readonly string[]; readonly test: Predicate };

const LOGICAL = { $and: 'and', $or: 'or' } as const;
/** True for the operators that join whole filters. */
export const isLogical = (name: string | undefined): boolean => name !== undefined && name in LOGICAL;

/** Operators MongoDB knows and this server does not. */
const NOT_HERE = new Set([
  '$expr', '$jsonSchema', '$geoWithin', '$geoIntersects', '$within', '$sampleRate', '$nor', '$comment', '$all', '$size',
  '$type', '$mod', '$bitsAllSet', '$bitsAllClear', '$bitsAnySet', '$bitsAnyClear', '$options',
]); // prettier-ignore

/**
 * Parses a filter document.
 * @throws MongoError with MongoDB's code for what it does not know, 224 for what only the real server does
 */
export function parseFilter(filter: Doc): Filter {
  const filters: Filter[] = [];
  for (const [key, value] of filter) {
    if (key.startsWith('$')) filters.push(parseTopLevel(key, value));
    else for (const test of parsePredicates(value)) filters.push(atPath(key, test));
  }
  return filters.length === 1 ? (filters[0] as Filter) : { kind: 'and', filters };
}

const atPath = (path: string, test: Predicate): Filter => ({ kind: 'path', path, parts: splitPath(path), test });

function parseTopLevel(key: string, value: Value): Filter {
  if (key in LOGICAL) {
    const kind = LOGICAL[key as keyof typeof LOGICAL];
    if (!Array.isArray(value)) throw badValue(`${key} must be an array`);
    if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
    return {
      kind,
      filters: value.map((v) => {
        if (!isDoc(v)) throw badValue('$or/$and/$nor entries need to be full objects');
        return parseFilter(v);
      }),
    };
  }
  if (key === '$where') throw badValue('no globalScriptEngine in $where parsing');
  if (key === '$text') throw new MongoError(27, 'text index required for $text query');
  if (NOT_HERE.has(key)) throw featureNotAllowed(key);
  throw badValue(
    `unknown top level operator: ${key}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
  );
}

const isOperatorDoc = (v: Value): v is Doc => isDoc(v) && (v.keys().next().value?.startsWith('$') ?? false);

/** The predicates of one field's condition, all of which must hold. */
export function parsePredicates(condition: Value): Predicate[] {
  if (condition instanceof BSONRegExp) return [{ kind: 'regex', pattern: parsePattern(condition) }];
  if (!isOperatorDoc(condition) || condition.has('$ref') || condition.has('$id'))
    return [{ kind: 'eq', value: condition }];
  const out: Predicate[] = [];
  for (const [op, value] of condition) out.push(parseOperator(op, value));
  return out;
}

function parseOperator(op: string, value: Value): Predicate {
  switch (op) {
    case '$eq':
      return { kind: 'eq', value };
    case '$ne':
      if (value instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.");
      return { kind: 'not', all: [{ kind: 'eq', value }] };
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (value instanceof BSONRegExp) throw badValue(`Can't have RegEx as arg to predicate over field '${op}'.`);
      return { kind: 'cmp', op, value };
    case '$in':
      return parseIn(op, value);
    case '$nin':
      return { kind: 'not', all: [parseIn(op, value)] };
    case '$not':
      return parseNot(value);
    case '$exists':
      return truthy(value) ? { kind: 'exists' } : { kind: 'not', all: [{ kind: 'exists' }] };
    case '$regex':
      return { kind: 'regex', pattern: parseRegex(value) };
    case '$elemMatch':
      return parseElemMatch(value);
    case '$near':
    case '$nearSphere':
    case '$geoNear':
      throw new MongoError(291, 'error processing query: unable to find index for $geoNear query');
    default:
      if (NOT_HERE.has(op)) throw featureNotAllowed(op);
      throw badValue(`unknown operator: ${op}`);
  }
}

function parseIn(op: string, value: Value): Predicate {
  if (!Array.isArray(value)) throw badValue(`${op} needs an array`);
  const values: Value[] = [];
  const patterns: TextPattern[] = [];
  for (const item of value) {
    if (item instanceof BSONRegExp) patterns.push(parsePattern(item));
    if (isOperatorDoc(item)) throw badValue(`cannot nest $ under ${op}`);
    values.push(item);
  }
  return { kind: 'in', values, patterns };
}

function parseNot(value: Value): Predicate {
  if (value instanceof BSONRegExp) return { kind: 'not', all: [{ kind: 'regex', pattern: parsePattern(value) }] };
  if (!isDoc(value)) throw badValue('$not needs a regex or a document');
  if (value.size === 0) throw badValue('$not cannot be empty');
  const [first] = value.keys();
  if (!first?.startsWith('$')) throw badValue(`unknown operator: ${String(first)}`);
  return { kind: 'not', all: parsePredicates(value) };
}

function parseRegex(value: Value): TextPattern {
  if (value instanceof BSONRegExp) return parsePattern(value);
  if (typeof value === 'string') return parsePattern(new BSONRegExp(value));
  throw badValue('$regex has to be a string');
}

function parseElemMatch(value: Value): Predicate {
  if (!isDoc(value)) throw badValue('$elemMatch needs an Object');
  const first = value.keys().next().value;
  if (first?.startsWith('$') && !isLogical(first) && first !== '$where')
    return { kind: 'elemValue', all: parsePredicates(value) };
  return { kind: 'elemDoc', filter: parseFilter(value) };
}
