import { Binary, BSONRegExp } from 'bson';
import { asInteger, isDoc, isNumeric, toNumber, truthy, TYPE_BY_ALIAS, type Doc, type Value } from '../bson/values.js';
import { badValue, featureNotAllowed, MongoError, typeMismatch } from '../errors.js';
import { splitPath } from './paths.js';
import { toRegExp } from './regex.js';

export type Comparison = '$gt' | '$gte' | '$lt' | '$lte';

/** A test of what a path reaches. */
export type Predicate =
  | { readonly kind: 'eq'; readonly value: Value }
  | { readonly kind: 'cmp'; readonly op: Comparison; readonly value: Value }
  | { readonly kind: 'in'; readonly values: readonly Value[]; readonly regexes: readonly RegexTest[] }
  | { readonly kind: 'regex'; readonly test: RegexTest }
  | { readonly kind: 'exists' }
  | { readonly kind: 'type'; readonly types: ReadonlySet<number> }
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'mod'; readonly divisor: number; readonly remainder: number }
  | { readonly kind: 'bits'; readonly op: string; readonly mask: bigint }
  | { readonly kind: 'elemDoc'; readonly filter: Filter }
  | { readonly kind: 'elemValue'; readonly all: readonly Predicate[] }
  | { readonly kind: 'not'; readonly all: readonly Predicate[] }
  | { readonly kind: 'never' };

export interface RegexTest {
  readonly source: BSONRegExp;
  readonly regex: RegExp;
}

/** A parsed filter. */
export type Filter =
  | { readonly kind: 'and' | 'or' | 'nor'; readonly filters: readonly Filter[] }
  | { readonly kind: 'path'; readonly path: string; readonly parts: readonly string[]; readonly test: Predicate };

const LOGICAL = { $and: 'and', $or: 'or', $nor: 'nor' } as const;

/** Operators MongoDB knows and this server does not. */
const NOT_HERE = new Set(['$expr', '$jsonSchema', '$geoWithin', '$geoIntersects', '$within', '$sampleRate']);

/**
 * Parses a filter document.
 * @throws MongoError with MongoDB's code for what it does not know, 224 for what only the real server does
 */
export function parseFilter(filter: Doc): Filter {
  const filters: Filter[] = [];
  for (const [key, value] of filter) {
    if (key.startsWith('$')) {
      const parsed = parseTopLevel(key, value);
      if (parsed) filters.push(parsed);
    } else for (const test of parsePredicates(value)) filters.push(atPath(key, test));
  }
  return filters.length === 1 ? (filters[0] as Filter) : { kind: 'and', filters };
}

const atPath = (path: string, test: Predicate): Filter => ({ kind: 'path', path, parts: splitPath(path), test });

function parseTopLevel(key: string, value: Value): Filter | undefined {
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
  if (key === '$comment') return undefined;
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
  if (condition instanceof BSONRegExp) return [{ kind: 'regex', test: regexTest(condition) }];
  if (!isOperatorDoc(condition) || condition.has('$ref') || condition.has('$id'))
    return [{ kind: 'eq', value: condition }];
  const out: Predicate[] = [];
  for (const [op, value] of condition) out.push(...parseOperator(op, value, condition));
  return out;
}

const regexTest = (source: BSONRegExp): RegexTest => ({ source, regex: toRegExp(source) });

function parseOperator(op: string, value: Value, siblings: Doc): Predicate[] {
  switch (op) {
    case '$eq':
      return [{ kind: 'eq', value }];
    case '$ne':
      if (value instanceof BSONRegExp) throw badValue("Can't have regex as arg to $ne.");
      return [{ kind: 'not', all: [{ kind: 'eq', value }] }];
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (value instanceof BSONRegExp) throw badValue(`Can't have RegEx as arg to predicate over field '${op}'.`);
      return [{ kind: 'cmp', op, value }];
    case '$in':
      return [parseIn(op, value)];
    case '$nin':
      return [{ kind: 'not', all: [parseIn(op, value)] }];
    case '$not':
      return [parseNot(value)];
    case '$exists':
      return [truthy(value) ? { kind: 'exists' } : { kind: 'not', all: [{ kind: 'exists' }] }];
    case '$regex':
      return [parseRegex(value, siblings.get('$options'))];
    case '$options':
      if (!siblings.has('$regex')) throw badValue('$options needs a $regex');
      return [];
    default:
      return parseArrayOperator(op, value);
  }
}

function parseArrayOperator(op: string, value: Value): Predicate[] {
  switch (op) {
    case '$all':
      return parseAll(value);
    case '$elemMatch':
      return [parseElemMatch(value)];
    case '$size': {
      const size = asInteger(value);
      if (size === undefined) throw new MongoError(2, `Failed to parse $size. Expected a number in: $size`);
      if (size < 0) throw badValue(`Failed to parse $size. Expected a non-negative number in: $size: ${size}`);
      return [{ kind: 'size', size }];
    }
    case '$type':
      return [{ kind: 'type', types: parseTypes(value) }];
    case '$mod':
      return [parseMod(value)];
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return [{ kind: 'bits', op, mask: parseMask(op, value) }];
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
  const regexes: RegexTest[] = [];
  for (const item of value) {
    if (item instanceof BSONRegExp) regexes.push(regexTest(item));
    if (isOperatorDoc(item)) throw badValue(`cannot nest $ under ${op}`);
    values.push(item);
  }
  return { kind: 'in', values, regexes };
}

function parseNot(value: Value): Predicate {
  if (value instanceof BSONRegExp) return { kind: 'not', all: [{ kind: 'regex', test: regexTest(value) }] };
  if (!isDoc(value)) throw badValue('$not needs a regex or a document');
  if (value.size === 0) throw badValue('$not cannot be empty');
  const [first] = value.keys();
  if (!first?.startsWith('$')) throw badValue(`unknown operator: ${String(first)}`);
  return { kind: 'not', all: parsePredicates(value) };
}

function parseRegex(value: Value, options: Value | undefined): Predicate {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof value === 'string') return { kind: 'regex', test: regexTest(new BSONRegExp(value, options ?? '')) };
  if (!(value instanceof BSONRegExp)) throw badValue('$regex has to be a string');
  if (options && value.options) throw new MongoError(51075, 'options set in both $regex and $options');
  return { kind: 'regex', test: regexTest(new BSONRegExp(value.pattern, options ?? value.options)) };
}

function parseAll(value: Value): Predicate[] {
  if (!Array.isArray(value)) throw badValue('$all needs an array');
  if (value.length === 0) return [{ kind: 'never' }];
  return value.map((item): Predicate => {
    if (item instanceof BSONRegExp) return { kind: 'regex', test: regexTest(item) };
    if (!isOperatorDoc(item)) return { kind: 'eq', value: item };
    const inner = item.get('$elemMatch');
    if (inner === undefined) throw badValue('no $ expressions in $all');
    return parseElemMatch(inner);
  });
}

function parseElemMatch(value: Value): Predicate {
  if (!isDoc(value)) throw badValue('$elemMatch needs an Object');
  const first = value.keys().next().value;
  if (first?.startsWith('$') && !(first in LOGICAL) && first !== '$comment' && first !== '$where') {
    return { kind: 'elemValue', all: parsePredicates(value) };
  }
  return { kind: 'elemDoc', filter: parseFilter(value) };
}

function parseTypes(value: Value): Set<number> {
  const types = new Set<number>();
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new MongoError(9, 'a must match at least one type');
  for (const item of list) {
    if (item === 'number') for (const n of [1, 16, 18, 19]) types.add(n);
    else types.add(typeof item === 'string' ? aliasType(item) : numericType(item));
  }
  return types;
}

function aliasType(name: string): number {
  const type = TYPE_BY_ALIAS.get(name);
  if (type === undefined) throw badValue(`Unknown type name alias: ${name}`);
  return type;
}

function numericType(value: Value): number {
  if (!isNumeric(value)) throw typeMismatch('type must be represented as a number or a string');
  const n = asInteger(value);
  if (n === undefined || ![...TYPE_BY_ALIAS.values()].includes(n))
    throw badValue(`Invalid numerical type code: ${toNumber(value)}`);
  return n;
}

function parseMod(value: Value): Predicate {
  if (!Array.isArray(value)) throw badValue('malformed mod, needs to be an array');
  if (value.length !== 2)
    throw badValue(value.length < 2 ? 'malformed mod, not enough elements' : 'malformed mod, too many elements');
  const [divisor, remainder] = value;
  if (!isNumeric(divisor)) throw badValue('malformed mod, divisor not a number');
  if (!isNumeric(remainder)) throw badValue('malformed mod, remainder not a number');
  const d = Math.trunc(toNumber(divisor));
  if (d === 0) throw badValue('divisor cannot be 0');
  return { kind: 'mod', divisor: d, remainder: Math.trunc(toNumber(remainder)) };
}

function parseMask(op: string, value: Value): bigint {
  if (Array.isArray(value)) {
    return value.reduce<bigint>((mask, item) => {
      const bit = asInteger(item);
      if (bit === undefined || bit < 0)
        throw badValue(`Failed to parse bit position. Expected a non-negative integer in ${op}`);
      return mask | (1n << BigInt(bit));
    }, 0n);
  }
  if (value instanceof Binary) {
    return value.buffer
      .subarray(0, value.position)
      .reduce<bigint>((mask, byte, i) => mask | (BigInt(byte) << BigInt(8 * i)), 0n);
  }
  const n = asInteger(value);
  if (n === undefined) throw badValue(`value takes an Array, a number, or a BinData but received: ${op}`);
  if (n < 0) throw badValue(`Expected a non-negative number in: ${op}`);
  return BigInt(n);
}
