import { compareValues } from '../bson/compare.js';
import { keyOf } from '../bson/keys.js';
import { Decimal128 } from 'bson';
import { isDoc, isNumeric, type Doc, type Value } from '../bson/values.js';
import { MongoError, notImplemented } from '../errors.js';
import { add, quotient } from '../update/arithmetic.js';
import { parseExpression, type Expression } from './expression.js';

/** Collects values of one group. */
interface Accumulator {
  add(value: Value | undefined): void;
  result(): Value;
}

function sum(): Accumulator & { readonly count: () => number } {
  let total: Value = 0;
  let count = 0;
  return {
    add(value) {
      if (!isNumeric(value)) return;
      if (value instanceof Decimal128) throw notImplemented('arithmetic with Decimal128');
      total = add(total, value);
      count++;
    },
    result: () => total,
    count: () => count,
  };
}

function average(): Accumulator {
  const total = sum();
  return { add: total.add, result: () => (total.count() === 0 ? null : quotient(total.result(), total.count())) };
}

function extreme(sign: 1 | -1): Accumulator {
  let best: Value | undefined;
  return {
    add(value) {
      if (value === undefined || value === null) return;
      if (best === undefined || sign * compareValues(value, best) > 0) best = value;
    },
    result: () => best ?? null,
  };
}

function edge(last: boolean): Accumulator {
  let value: Value | undefined;
  let seen = false;
  return {
    add(v) {
      if (last || !seen) value = v;
      seen = true;
    },
    result: () => value ?? null,
  };
}

const ACCUMULATORS = new Map<string, () => Accumulator>([
  ['$sum', sum],
  ['$avg', average],
  ['$min', () => extreme(-1)],
  ['$max', () => extreme(1)],
  ['$first', () => edge(false)],
  ['$last', () => edge(true)],
]);
/** Those MongoDB has besides. */
const ONLY_REAL = new Set([
  '$push', '$addToSet', '$count', '$firstN', '$lastN', '$minN', '$maxN', '$top', '$topN', '$bottom', '$bottomN',
  '$mergeObjects', '$stdDevPop', '$stdDevSamp', '$median', '$percentile', '$accumulator',
]); // prettier-ignore

interface Field {
  readonly name: string;
  readonly make: () => Accumulator;
  readonly argument: Expression;
}

/**
 * `$group` with plain accumulators over field paths and constants.
 * @throws MongoError 15955 without `_id`, 15952 for an unknown accumulator, 238 for one that only the real server has
 */
export function parseGroup(spec: Value): (documents: Iterable<Doc>) => Iterable<Doc> {
  if (!isDoc(spec)) throw new MongoError(15947, "a group's fields must be specified in an object");
  const id = spec.get('_id');
  if (id === undefined) throw new MongoError(15955, 'a group specification must include an _id');
  const idOf = parseExpression(id);
  const fields = [...spec].filter(([name]) => name !== '_id').map(([name, value]) => parseField(name, value));
  return (documents) => group(documents, idOf, fields);
}

function parseField(name: string, value: Value): Field {
  if (name.includes('.')) throw new MongoError(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw new MongoError(40236, `The field name '${name}' cannot be an operator name`);
  if (!isDoc(value)) throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
  if (value.size !== 1) throw new MongoError(40238, `The field '${name}' must specify one accumulator`);
  const [operator, argument] = [...value][0] as [string, Value];
  if (ONLY_REAL.has(operator)) throw notImplemented(`the accumulator ${operator}`);
  const make = ACCUMULATORS.get(operator);
  if (!make) throw new MongoError(15952, `unknown group operator '${operator}'`);
  return { name, make, argument: parseExpression(argument) };
}

function* group(documents: Iterable<Doc>, idOf: Expression, fields: readonly Field[]): Generator<Doc> {
  const groups = new Map<string, { id: Value; accumulators: Accumulator[] }>();
  for (const document of documents) {
    const id = idOf(document) ?? null;
    const key = keyOf(id).toString('latin1');
    let entry = groups.get(key);
    if (!entry) groups.set(key, (entry = { id, accumulators: fields.map((f) => f.make()) }));
    for (const [i, field] of fields.entries()) entry.accumulators[i]?.add(field.argument(document));
  }
  for (const { id, accumulators } of groups.values()) {
    yield new Map<string, Value>([
      ['_id', id],
      ...fields.map((f, i) => [f.name, accumulators[i]?.result() ?? null] as const),
    ]);
  }
}
