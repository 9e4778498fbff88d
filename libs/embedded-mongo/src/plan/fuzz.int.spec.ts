import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Double, ObjectId } from 'bson';
import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { doc, isDoc, Raw, type Doc, type Value } from '../bson/values.js';
import { dispatch } from '../commands/registry.js';
import { startEngine, type Engine } from '../engine.js';
import { MongoError } from '../errors.js';
import { parseSort, sortKey } from '../query/sort.js';
import { indexDifferences } from '../testing/indexes.js';
import { Random } from '../testing/random.js';

/** More rounds for a long run: `FUZZ_ROUNDS=2000`. */
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 16);
const QUERIES = 120;

const SCALARS: readonly Value[] = [
  null, 0, 1, 2, new Double(2), 2n, 2.5, -1, NaN, '', 'a', 'ab', 'a\0b', 'a\x01', 'b', '\0', 'é', '😀', true, false,
  new Date(0), new Date(1000), new ObjectId('000000000000000000000001'), new ObjectId('ff0000000000000000000001'),
]; // prettier-ignore
const SITES: readonly Value[] = ['s1', 's2', 's3'];

const INDEXES: ReadonlyArray<readonly [key: Record<string, number>, sparse?: boolean]> = [
  [{ a: 1 }],
  [{ a: -1, b: 1 }],
  [{ b: 1, a: -1, c: 1 }],
  [{ site: 1, a: -1 }],
  [{ site: 1, b: 1, a: 1 }],
  [{ site: -1, c: -1, n: 1 }],
  [{ 'l.x': 1, 'l.y': -1 }],
  [{ 'l.y': 1, site: 1 }],
  [{ c: 1 }, true],
  [{ 'd.e': -1 }, true],
  [{ n: -1 }],
  [{ site: 1, n: -1, a: 1 }],
];
const SORT_FIELDS = ['a', 'b', 'c', 'n', 'site', 'l.x', 'l.y', 'd.e'];

class Generator {
  constructor(readonly random: Random) {}

  /** Often one of few numbers, so that conditions meet documents. */
  scalar(): Value {
    return this.random.chance(0.5) ? this.random.below(3) : this.random.pick(SCALARS);
  }

  value(depth = 0): Value {
    const { random } = this;
    if (depth < 2 && random.chance(0.18)) return Array.from({ length: random.below(4) }, () => this.value(depth + 1));
    if (depth < 2 && random.chance(0.06)) return doc({ x: this.value(2), y: this.value(2) });
    return this.scalar();
  }

  /** Without arrays at the top when `plain`: so that index order is really used. */
  document(plain: boolean): Doc {
    const { random } = this;
    const out: Doc = new Map();
    const field = (): Value => (plain ? this.scalar() : this.value());
    for (const name of ['a', 'b', 'c']) if (random.chance(0.8)) out.set(name, field());
    out.set('site', random.pick(SITES));
    out.set('n', random.below(20));
    if (random.chance(0.6))
      out.set(
        'l',
        Array.from({ length: random.below(4) }, () => this.element()),
      );
    if (random.chance(0.5)) out.set('d', random.chance(0.9) ? doc({ e: field() }) : this.scalar());
    return out;
  }

  element(): Value {
    const { random } = this;
    if (random.chance(0.1)) return this.scalar();
    const out: Doc = new Map();
    if (random.chance(0.9)) out.set('x', random.chance(0.1) ? [1, 2] : this.scalar());
    if (random.chance(0.8)) out.set('y', this.scalar());
    return out;
  }

  condition(): Value {
    const { random } = this;
    const op = random.below(14);
    if (op < 4) return this.value(1);
    if (op < 6) return doc({ [random.pick(['$gt', '$gte', '$lt', '$lte'])]: this.value(1) });
    if (op < 8)
      return doc({
        [random.pick(['$gt', '$gte'])]: this.scalar(),
        [random.pick(['$lt', '$lte'])]: this.scalar(),
      });
    if (op < 10) return doc({ $in: Array.from({ length: random.below(4) }, () => this.value(1)) });
    if (op === 10) return doc({ $exists: random.chance(0.5) });
    if (op === 11) return doc({ $ne: this.scalar() });
    if (op === 12) return doc({ $elemMatch: doc({ $gte: this.scalar(), $lt: this.scalar() }) });
    return doc({ $regex: random.pick(['^a', '^ab', '^', 'b', '^é']) });
  }

  filter(depth = 0): Doc {
    const { random } = this;
    const out: Doc = new Map();
    if (random.chance(0.6))
      out.set('site', random.chance(0.7) ? random.pick(SITES) : doc({ $in: ['s1', random.pick(SITES)] }));
    for (let i = random.below(3); i > 0; i--)
      out.set(random.pick(['a', 'b', 'c', 'd.e', 'l.x', 'l.y']), this.condition());
    if (random.chance(0.15)) out.set('l.x', this.scalar()).set('l.y', this.scalar());
    if (random.chance(0.2)) out.set('n', doc({ [random.pick(['$gt', '$lte'])]: random.below(20) }));
    if (random.chance(0.1)) out.set('l', doc({ $elemMatch: doc({ x: this.condition(), y: this.condition() }) }));
    if (depth === 0 && random.chance(0.15)) out.set(random.pick(['$or', '$and']), [this.filter(1), this.filter(1)]);
    return out;
  }

  /** Often by a field the filter bounds: where array elements outside the bounds must not decide. */
  sort(filter: Doc): Doc | undefined {
    const { random } = this;
    if (random.chance(0.3)) return undefined;
    const out: Doc = new Map();
    const bounded = [...filter.keys()].filter((key) => SORT_FIELDS.includes(key));
    if (bounded.length > 0 && random.chance(0.5)) out.set(random.pick(bounded), random.pick([1, -1]));
    for (let i = random.below(2) + Number(out.size === 0); i > 0; i--)
      out.set(random.pick(SORT_FIELDS), random.pick([1, -1]));
    return out;
  }

  change(): Doc {
    const { random } = this;
    const field = random.pick(['a', 'b', 'c', 'd.e', 'n']);
    if (random.chance(0.2)) return doc({ $unset: doc({ [field]: '' }) });
    if (random.chance(0.2)) return doc({ $push: doc({ l: this.element() }) });
    if (random.chance(0.1)) return doc({ $pull: doc({ l: doc({ x: this.scalar() }) }) });
    return doc({ $set: doc({ [field]: field === 'n' ? random.below(20) : this.value() }) });
  }
}

describe('index plans against full scans', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await startEngine({ path: ':memory:', port: 0, host: '127.0.0.1', ttlSweepMs: 60_000, onFault: (e) => { throw e; } }); // prettier-ignore
  });
  afterEach(() => engine.stop());

  const run = (command: Record<string, Value | undefined>): Doc => {
    const given = Object.entries(command).filter((e): e is [string, Value] => e[1] !== undefined);
    return dispatch(engine.state, new Map<string, Value>([...given, ['$db', 'fuzz']])) as Doc;
  };
  /** Writes may be refused (parallel arrays, `$push` on a scalar): that is an answer, not a difference. */
  const attempt = (command: Record<string, Value>): void => {
    try {
      run(command);
    } catch (error) {
      // Anything but an answer to the client is a fault of the server.
      if (!(error instanceof MongoError)) throw error;
    }
  };
  const found = (command: Record<string, Value | undefined>): Doc[] | number => {
    try {
      const cursor = run({ ...command, batchSize: 100_000 }).get('cursor');
      const batch = isDoc(cursor) ? (cursor.get('firstBatch') as Raw[]) : [];
      return batch.map((r) => decode(r.bytes));
    } catch (error) {
      // Sorting by parallel arrays is refused, by both plans.
      if (!(error instanceof MongoError)) throw error;
      return error.code;
    }
  };
  const stage = (command: Record<string, Value | undefined>): string => {
    const inner = new Map(Object.entries(command).filter((e): e is [string, Value] => e[1] !== undefined));
    return JSON.stringify(
      [...((run({ explain: inner, verbosity: 'queryPlanner' }).get('queryPlanner') as Doc).get('winningPlan') as Doc)],
      (_, v: unknown) => (v instanceof Map ? [...v] : v),
    );
  };

  const compare = (generator: Generator, label: string): boolean => {
    const filter = generator.filter();
    const sort = generator.sort(filter);
    const limit = generator.random.chance(0.3) ? 1 + generator.random.below(10) : undefined;
    const query = { find: 'c', filter, sort, limit: sort ? limit : undefined };
    const byPlan = found(query);
    const byScan = found({ ...query, hint: doc({ $natural: 1 }) });
    const pattern = parseSort(sort);
    const shape = (docs: Doc[] | number): unknown => {
      if (typeof docs === 'number') return docs;
      const keys = pattern ? docs.map((d) => sortKey(d, pattern).toString('hex')) : [];
      const ids =
        query.limit === undefined ? docs.map((d) => d.get('_id') as number).sort((a, b) => a - b) : docs.length;
      return { keys, ids };
    };
    const plan = stage(query);
    // A sort over parallel arrays fails only for the documents really sorted; a plan may not see them.
    if (typeof byPlan !== typeof byScan) return false;
    expect({ label, plan, ...(shape(byPlan) as object) }).toEqual({ label, plan, ...(shape(byScan) as object) });
    return plan.includes('IXSCAN');
  };

  it(`agree in ${ROUNDS} rounds of ${QUERIES} queries, and index tables equal a rebuild`, () => {
    let byIndex = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const label = `round ${round}`;
      const random = new Random(`plan-fuzz-${round}`);
      const generator = new Generator(random);
      const plain = round % 2 === 0;
      attempt({ drop: 'c' });
      run({ create: 'c' });
      for (const [i, [key, sparse]] of INDEXES.entries()) {
        if (random.chance(0.6))
          run({ createIndexes: 'c', indexes: [doc({ key: doc(key), name: `i${i}`, ...(sparse ? { sparse } : {}) })] });
      }
      for (let i = 0; i < 60; i++) {
        const bytes = encode(new Map<string, Value>([['_id', i], ...generator.document(plain)]));
        attempt({ insert: 'c', documents: [new Raw(bytes)] });
      }
      for (let i = 0; i < QUERIES; i++) {
        if (compare(generator, `${label} query ${i}`)) byIndex++;
        if (i % 4 === 0 && !plain)
          attempt({ update: 'c', updates: [doc({ q: doc({ _id: random.below(60) }), u: generator.change() })] });
        if (i % 40 === 39) attempt({ delete: 'c', deletes: [doc({ q: doc({ _id: random.below(60) }), limit: 1 })] });
      }
      expect({ label, differences: indexDifferences(engine.state) }).toEqual({ label, differences: [] });
      engine.state.database.commit();
    }
    // The comparison means something only if many plans really used an index.
    expect(byIndex).toBeGreaterThan(ROUNDS * QUERIES * 0.4);
  });
});
