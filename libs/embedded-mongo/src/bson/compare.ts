import { comparable, type NumberValue, type Value } from './values.js';
import { keyOf, RANK, rankOf } from './keys.js';

const sign = (n: number): number => (n < 0 ? -1 : n > 0 ? 1 : 0);

/** MongoDB's comparison order; containers and rare types go through their keys, so there is one definition of it. */
export function compareValues(a: Value, b: Value): number {
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return sign(difference);
  switch (rank) {
    case RANK.null:
      return 0;
    case RANK.number:
      return compareNumbers(a as NumberValue, b as NumberValue);
    case RANK.string:
      return compareText(a as string, b as string);
    case RANK.bool:
      return Number(a) - Number(b);
    case RANK.date:
      return sign((a as Date).getTime() - (b as Date).getTime());
    default:
      return sign(Buffer.compare(keyOf(a), keyOf(b)));
  }
}

export const equalValues = (a: Value, b: Value): boolean =>
  typeof a === 'string' && typeof b === 'string' ? a === b : compareValues(a, b) === 0;

/** Exact for int64 against double (JavaScript compares bigint and number mathematically); NaN is the least number. */
function compareNumbers(left: NumberValue, right: NumberValue): number {
  const a = comparable(left);
  const b = comparable(right);
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

/** By code point, as UTF-8 bytes order; JavaScript's own order differs where surrogates are involved. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return sign(rankUnit(x) - rankUnit(y));
  }
  return sign(a.length - b.length);
}

const rankUnit = (unit: number): number => (unit >= 0xd800 ? (unit >= 0xe000 ? unit - 0x800 : unit + 0x2000) : unit);
