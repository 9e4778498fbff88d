import type { mongo } from 'mongoose';

/** One index: its key in order, and its name, which says what query it serves. */
export interface IndexDefinition {
  key: Record<string, 1 | -1>;
  name: string;
  unique?: boolean;
  /** Documents without the field are not in the index (and not in its uniqueness). */
  sparse?: boolean;
  /** Documents go this many seconds after the time in the field. */
  expireAfterSeconds?: number;
}

/**
 * Makes indexes, for use inside a migration. An index that exists alike is left alone; one that exists otherwise is an
 * error of the server, so a changed index needs a migration that drops the old one.
 */
export async function ensureIndexes(
  db: mongo.Db,
  collection: string,
  indexes: readonly IndexDefinition[],
): Promise<void> {
  if (indexes.length === 0) return;
  await db.collection(collection).createIndexes(indexes.map((index) => ({ ...index })));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Stages that look a document up by `_id` without naming an index. */
const ID_STAGES = new Set(['IDHACK', 'CLUSTERED_IXSCAN', 'EXPRESS_CLUSTERED_IXSCAN']);

function collect(plan: unknown, found: Set<string>): void {
  if (Array.isArray(plan)) {
    for (const part of plan) collect(part, found);
    return;
  }
  if (!isRecord(plan)) return;
  const stage = plan['stage'];
  if (typeof plan['indexName'] === 'string') found.add(plan['indexName']);
  else if (typeof stage === 'string' && ID_STAGES.has(stage)) found.add('_id_');
  else if (stage === 'COLLSCAN' || stage === 'EOF') found.add(stage);
  for (const key of ['inputStage', 'inputStages', 'queryPlan', 'winningPlan', 'shards', 'outerStage', 'innerStage']) {
    collect(plan[key], found);
  }
}

function winningPlan(explain: unknown): unknown {
  if (Array.isArray(explain)) return winningPlan(explain[0]);
  if (!isRecord(explain)) return undefined;
  if (isRecord(explain['queryPlanner'])) return explain['queryPlanner']['winningPlan'];
  const stages = explain['stages'];
  if (!Array.isArray(stages) || !isRecord(stages[0])) return undefined;
  return winningPlan(stages[0]['$cursor']);
}

/**
 * Which index the plan of `explain()` reads (find, count, update, aggregate): its name, `_id_` for a look-up by id,
 * `COLLSCAN` when every document is read, names joined by `+` when there are several.
 * @throws TypeError when the answer holds no plan.
 */
export function indexUsed(explain: unknown): string {
  const found = new Set<string>();
  collect(winningPlan(explain), found);
  if (found.size === 0) throw new TypeError('the answer of explain holds no query plan');
  return [...found].sort().join('+');
}
