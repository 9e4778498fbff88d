import { doc, isDoc, type Doc, type Value } from '../bson/values.js';
import { failedToParse, MongoError } from '../errors.js';
import type { IndexPlan } from '../plan/planner.js';
import { readContext } from '../plan/read.js';
import { parseAggregate } from './aggregate.js';
import { Context } from './context.js';
import { countQuery, execute, findQuery, planQuery, type Planned, type Query } from './find.js';
import { findAndModifyQuery } from './find-and-modify.js';
import { deleteStatements, parseDeleteStatement, parseUpdateStatement, updateStatements } from './write.js';

const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** Says how a command would read, and with `executionStats` what that costs; nothing is written. */
export function explain(ctx: Context): Doc {
  const inner = ctx.raw('explain');
  if (!isDoc(inner)) throw new MongoError(14, "BSON field 'explain.explain' is the wrong type, expected type 'object'");
  const verbosity = ctx.raw('verbosity') ?? 'allPlansExecution';
  if (!VERBOSITIES.includes(String(verbosity)))
    throw failedToParse(`verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}`);
  const name = inner.keys().next().value ?? '';
  const target = new Context(ctx.state, name, ctx.db, inner);
  const { query, stages } = explained(target);
  const result = explainQuery(target, query, verbosity !== 'queryPlanner');
  if (stages.length === 0) return result;
  return doc({ explainVersion: '1', stages: [doc({ $cursor: result }), ...stages] });
}

/** The read inside each command that can be explained. */
function explained(ctx: Context): { query: Query; stages: Doc[] } {
  switch (ctx.name) {
    case 'find':
      return { query: findQuery(ctx), stages: [] };
    case 'count':
      return { query: countQuery(ctx), stages: [] };
    case 'findAndModify':
      return { query: findAndModifyQuery(ctx), stages: [] };
    case 'update':
      return { query: parseUpdateStatement(updateStatements(ctx)[0] ?? new Map()).query, stages: [] };
    case 'delete':
      return { query: parseDeleteStatement(deleteStatements(ctx)[0] ?? new Map()), stages: [] };
    case 'aggregate': {
      const { query, stages } = parseAggregate(ctx);
      return { query, stages: stages.map((s) => doc({ [s.name]: s.argument })) };
    }
    default:
      throw new MongoError(59, `Explain failed due to unknown command: ${ctx.name}`);
  }
}

function explainQuery(ctx: Context, query: Query, run: boolean): Doc {
  const collection = ctx.collection();
  const planned = collection ? planQuery(collection, query) : undefined;
  const out = doc({
    explainVersion: '1',
    queryPlanner: doc({
      namespace: ctx.ns,
      winningPlan: planned ? winningPlan(planned) : doc({ stage: 'EOF' }),
      rejectedPlans: [],
    }),
  });
  if (run) out.set('executionStats', stats(ctx, planned));
  return out;
}

function stats(ctx: Context, planned: Planned | undefined): Doc {
  const context = readContext();
  const started = performance.now();
  const collection = ctx.collection();
  let returned = 0;
  if (collection && planned) for (const _ of execute(ctx.state, collection, planned, context)) returned++;
  return doc({
    executionSuccess: true,
    nReturned: returned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: context.keysExamined,
    totalDocsExamined: context.docsExamined,
  });
}

/** The stages as MongoDB nests them: PROJECTION over LIMIT over SKIP over SORT over FETCH over IXSCAN (or COLLSCAN). */
function winningPlan({ query, plan }: Planned): Doc {
  let stage = source(plan);
  const sorts = query.sort !== undefined && !plan.sorted;
  if (sorts)
    stage = wrap('SORT', stage, {
      sortPattern: new Map(query.sort?.paths.map((p, i) => [p, query.sort?.directions[i] ?? 1])),
    });
  if (query.skip > 0) stage = wrap('SKIP', stage, { skipAmount: query.skip });
  if (query.limit !== Infinity && !sorts) stage = wrap('LIMIT', stage, { limitAmount: query.limit });
  return query.projection ? wrap('PROJECTION_DEFAULT', stage) : stage;
}

const wrap = (stage: string, inputStage: Doc, more: Record<string, Value> = {}): Doc =>
  doc({ stage, ...more, inputStage });

function source(plan: Planned['plan']): Doc {
  if (plan.kind === 'collection') return doc({ stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' });
  if (plan.kind === 'union') return wrap('FETCH', doc({ stage: 'OR', inputStages: plan.plans.map(indexScan) }));
  return wrap('FETCH', indexScan(plan));
}

function indexScan({ index, reverse, shown, merge }: IndexPlan): Doc {
  return doc({
    stage: 'IXSCAN',
    keyPattern: index.spec.get('key') ?? null,
    indexName: index.name,
    isMultiKey: index.multikey !== 0,
    isUnique: index.unique,
    isSparse: index.sparse,
    isPartial: false,
    direction: reverse ? 'backward' : 'forward',
    ...(merge ? { merged: true } : {}),
    indexBounds: new Map(index.paths.map((path) => [path, shown.get(path)?.() ?? ['[MinKey, MaxKey]']])),
  });
}
