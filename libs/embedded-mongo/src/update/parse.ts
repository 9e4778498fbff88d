import { isDoc, typeName, type Doc, type Value } from '../bson/values.js';
import { failedToParse, MongoError, notImplemented } from '../errors.js';
import { splitPath } from '../query/paths.js';
import { show } from '../store/duplicate-key.js';
import { ONLY_REAL, OPERATORS } from './operators.js';

export interface Operation {
  readonly operator: string;
  readonly path: string;
  readonly parts: readonly string[];
  readonly argument: Value;
}

/** A parsed update: a whole new document, or operators in the order MongoDB applies them (by path). */
export type Update =
  | { readonly kind: 'replacement'; readonly document: Doc }
  | {
      readonly kind: 'operators';
      readonly operations: readonly Operation[];
      /** First parts of all paths the operators may change: indexes on other fields stay as they are. */
      readonly touched: ReadonlySet<string>;
    };

/**
 * Parses the `u` of an update.
 * @throws MongoError 9 for an unknown operator, 40 for two operators on one path, 238 for what only the real server has
 */
export function parseUpdate(update: Value | undefined): Update {
  if (Array.isArray(update)) throw notImplemented('an update with an aggregation pipeline');
  if (!isDoc(update)) throw failedToParse('Update argument must be either an object or an array');
  const first = update.keys().next().value;
  if (first === undefined || !first.startsWith('$')) {
    for (const key of update.keys()) if (key.startsWith('$')) throw dollarField(key, key);
    return { kind: 'replacement', document: update };
  }
  const operations = [...update].flatMap(([operator, fields]) => parseOperator(operator, fields));
  operations.sort((a, b) => comparePaths(a.parts, b.parts));
  refuseConflicts(operations);
  return { kind: 'operators', operations, touched: new Set(operations.map((o) => o.parts[0] as string)) };
}

function parseOperator(operator: string, fields: Value): Operation[] {
  if (ONLY_REAL.has(operator)) throw notImplemented(`the update operator ${operator}`);
  const known = OPERATORS.get(operator);
  if (!known) {
    throw failedToParse(
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDoc(fields)) {
    throw failedToParse(
      `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(fields)}}`,
    );
  }
  return [...fields].map(([path, argument]) => {
    const parts = checkedPath(path);
    known.check?.(argument, path);
    return { operator, path, parts, argument };
  });
}

function checkedPath(path: string): readonly string[] {
  if (path === '') throw new MongoError(56, 'An empty update path is not valid.');
  const parts = splitPath(path);
  for (const part of parts) {
    if (part === '')
      throw new MongoError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
    if (part === '$' || part.startsWith('$[')) throw notImplemented(`the positional '${part}' in the path '${path}'`);
    if (part.startsWith('$')) throw dollarField(part, path);
  }
  return parts;
}

const dollarField = (name: string, path: string): MongoError =>
  new MongoError(
    52,
    `The dollar ($) prefixed field '${name}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );

function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i] as string, b[i] as string];
    if (x === y) continue;
    const [n, m] = [Number(x), Number(y)];
    if (Number.isInteger(n) && Number.isInteger(m) && n !== m) return n - m;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

function refuseConflicts(operations: readonly Operation[]): void {
  for (const [i, { path }] of operations.entries()) {
    const other = operations.find((o, j) => j !== i && (o.path === path || path.startsWith(`${o.path}.`)));
    if (other !== undefined)
      throw new MongoError(40, `Updating the path '${path}' would create a conflict at '${other.path}'`);
  }
}
