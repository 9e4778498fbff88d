import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  deserialize,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { Random } from '../testing/random.js';
import { compareValues } from './compare.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { compoundKey, EMPTY_ARRAY, keyOf, successor } from './keys.js';
import { doc, Raw, type Value } from './values.js';

const EVERYTHING = {
  double: new Double(5),
  fraction: 1.5,
  minusZero: -0,
  nan: NaN,
  text: 'Аня \0 😀',
  sub: { x: { y: [] } },
  list: [1, [2, { z: null }]],
  bytes: new Binary(Buffer.from([0, 255]), 0),
  uuid: new Binary(Buffer.alloc(16, 3), 4),
  oid: new ObjectId(),
  yes: true,
  no: false,
  date: new Date(-1),
  nothing: null,
  regex: new BSONRegExp('a+', 'im'),
  code: new Code('f()'),
  int: new Int32(7),
  stamp: new Timestamp({ t: 5, i: 6 }),
  long: Long.fromString('-9223372036854775808'),
  decimal: Decimal128.fromString('1.10'),
  min: new MinKey(),
  max: new MaxKey(),
  '10': 'names like numbers',
};

describe('BSON', () => {
  it('comes back byte for byte, with the type of every number', () => {
    const bytes = Buffer.from(serialize(EVERYTHING));
    const decoded = decode(bytes);
    expect(encode(decoded).equals(bytes)).toBe(true);
    expect(decoded.get('double')).toBeInstanceOf(Double);
    expect(decoded.get('int')).toBe(7);
    expect(decoded.get('long')).toBe(-9223372036854775808n);
  });

  it('keeps the order of names that look like numbers, and __proto__', () => {
    const document = new Map<string, Value>([
      ['2', 'b'],
      ['1', 'a'],
      ['__proto__', 1],
    ]);
    expect([...decode(encode(document)).keys()]).toEqual(['2', '1', '__proto__']);
  });

  it('leaves documents of one array as bytes', () => {
    const raw = serialize({ a: 1 });
    const command = decode(Buffer.from(serialize({ insert: 'c', documents: [{ a: 1 }] })), 'documents');
    const [first] = command.get('documents') as Raw[];
    expect(first?.bytes.equals(raw)).toBe(true);
    expect(deserialize(encode(doc({ cursor: [first as Raw] })))).toEqual({ cursor: [{ a: 1 }] });
  });

  it('refuses broken bytes with 22 and never reads past them', () => {
    const bytes = Buffer.from(serialize(EVERYTHING));
    const random = new Random('broken');
    for (let i = 0; i < 2000; i++) {
      const broken = Buffer.from(bytes);
      if (random.chance(0.5)) broken[random.below(broken.length)] = random.below(256);
      const cut = random.chance(0.5) ? broken.subarray(0, random.below(broken.length)) : broken;
      try {
        decode(cut);
      } catch (error) {
        // Only answers to the client: invalid, too deep, or a type that is not taken.
        expect([22, 15, 238, 14]).toContain((error as { code?: number }).code);
      }
    }
  });

  it('refuses what is nested too deeply', () => {
    let deep: Value = 1;
    for (let i = 0; i < 250; i++) deep = [deep];
    expect(() => decode(encode(doc({ deep })))).toThrow(/maximum nested object depth/);
  });
});

describe('keys', () => {
  const random = new Random('keys');
  const text = (): string =>
    Array.from({ length: random.below(4) }, () =>
      random.pick(['\0', '\x01', '\x02', 'a', 'b', 'ÿ', '\uFFFD', '😀']),
    ).join('');
  const value = (depth = 0): Value => {
    switch (random.below(depth < 2 ? 10 : 8)) {
      case 0:
        return random.pick([null, true, false, new MinKey(), new MaxKey()]);
      case 1:
        return random.pick([0, -0, 1, -1, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 53 + 2, 5e-324, -1e300]);
      case 2:
        return random.pick([0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]);
      case 3:
      case 4:
        return text();
      case 5:
        return new Date(random.pick([-1, 0, 1, 1e12]));
      case 6:
        return new Binary(Buffer.from(text()), random.pick([0, 5]));
      case 7:
        return new Timestamp({ t: random.below(3), i: random.below(3) });
      case 8:
        return Array.from({ length: random.below(3) }, () => value(depth + 1));
      default:
        return new Map(Array.from({ length: random.below(3) }, () => [text().replaceAll('\0', 'z'), value(depth + 1)]));
    }
  };

  it('order as values do, are equal only for equal values, and none begins another', () => {
    for (let i = 0; i < 20_000; i++) {
      const [a, b] = [value(), value()];
      const [x, y] = [keyOf(a), keyOf(b)];
      expect(Math.sign(Buffer.compare(x, y))).toBe(compareValues(a, b));
      if (!x.equals(y)) expect(x.equals(y.subarray(0, x.length))).toBe(false);
    }
  });

  it('compare exactly between int64 and double', () => {
    expect(compareValues(2n ** 53n + 1n, 2 ** 53)).toBe(1);
    expect(compareValues(2n ** 53n + 1n, 2 ** 53 + 2)).toBe(-1);
    expect(compareValues(5n, new Double(5))).toBe(0);
    expect(compareValues(NaN, -Infinity)).toBe(-1);
    expect(keyOf(2n ** 53n + 1n).equals(keyOf(2 ** 53))).toBe(false);
  });

  it('put an empty array of an index below null', () => {
    expect(Buffer.compare(keyOf(EMPTY_ARRAY), keyOf(null))).toBe(-1);
    expect(keyOf(undefined).equals(keyOf(null))).toBe(true);
  });

  it('turn around for descending fields, field by field', () => {
    const key = (a: Value, b: Value): Buffer => compoundKey([a, b], [-1, 1]);
    const sorted = [key(2, 'a'), key(1, 'b'), key(1, 'a'), key('x', 'a'), key('xy', 'a')].sort((p, q) =>
      Buffer.compare(p, q),
    );
    expect(sorted).toEqual([key('xy', 'a'), key('x', 'a'), key(2, 'a'), key(1, 'a'), key(1, 'b')]);
  });

  it('have a successor after everything that begins with them', () => {
    expect(successor(Buffer.from([1, 2]))).toEqual(Buffer.from([1, 3]));
    expect(successor(Buffer.from([1, 0xff]))).toEqual(Buffer.from([2]));
    expect(successor(Buffer.from([0xff]))).toBeUndefined();
  });
});
