import { Decimal128 } from 'bson';
import { comparable, isInt32, makeDouble, toNumber, type NumberValue, type Value } from '../bson/values.js';
import { badValue, notImplemented } from '../errors.js';

const isInteger = (v: Value): v is number | bigint => typeof v === 'bigint' || (typeof v === 'number' && isInt32(v));

/** int32 stays int32 while it fits, then becomes int64; past int64 it is an error; a double makes a double. */
export function add(a: Value, b: Value): Value {
  if (a instanceof Decimal128 || b instanceof Decimal128) throw notImplemented('arithmetic with Decimal128');
  if (!isInteger(a) || !isInteger(b)) return makeDouble(toNumber(a as NumberValue) + toNumber(b as NumberValue));
  const result = BigInt(a) + BigInt(b);
  if (BigInt.asIntN(64, result) !== result)
    throw badValue('Failed to apply the operation: the result does not fit into 64 bits');
  const stays32 = typeof a === 'number' && typeof b === 'number' && isInt32(Number(result));
  return stays32 ? Number(result) : result;
}

/** The mean, always a double. */
export const quotient = (sum: Value, count: number): Value =>
  makeDouble(Number(comparable(sum as NumberValue)) / count);
