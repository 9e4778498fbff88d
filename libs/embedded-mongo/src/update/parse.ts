import { isDoc, typeName, type Doc, type Value } from '../bson/values.js';
import { badValue, failedToParse, MongoError, notImplemented } from '../errors.js';
import { compile, type Matcher } from '../query/match.js';
import { parseFilter, type Filter } from '../query/parse.js';
import { splitPath } from '../query/paths.js';
import { show } from '../store/duplicate-key.js';
import { OPERATORS } from './operators.js';

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
      readonly arrayFilters: ReadonlyMap<string, Matcher>;
      /** First parts of all paths the operators may change: indexes on other fields stay as they are. */
      readonly touched: ReadonlySet<string>;
    };

/**
 * Parses the `u` of an update.
 * @throws MongoError 9 for an unknown operator, 40 for two operators on one path, 238 for a pipeline
 */
export function parseUpdate(update: Value | undefined, arrayFilters: Value | undefined): Update {
  if (Array.isArray(update)) throw notImplemented('an update with an aggregation pipeline');
  if (!isDoc(update)) throw failedToParse('Update argument must be either an object or an array');
  const first = update.keys().next().value;
  if (first === undefined || !first.startsWith('$')) {
    for (const key of update.keys())
      if (key.startsWith('$'))
        throw new MongoError(
          52,
          `The dollar ($) prefixed field '${key}' in '${key}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
        );
    if (arrayFilters !== undefined)
      throw failedToParse('arrayFilters may not be specified for replacement-style updates');
    return { kind: 'replacement', document: update };
  }
  const operations = [...update].flatMap(([operator, fields]) => parseOperator(operator, fields));
  operations.sort((a, b) => comparePaths(a.parts, b.parts));
  refuseConflicts(operations);
  const touched = new Set(pathsOf(operations).map((path) => splitPath(path)[0] as string));
  return { kind: 'operators', operations, arrayFilters: parseArrayFilters(arrayFilters, operations), touched };
}

function parseOperator(operator: string, fields: Value): Operation[] {
  if (!operator.startsWith('$') || !OPERATORS.has(operator)) {
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
    if (operator === '$rename') checkRename(path, argument);
    OPERATORS.get(operator)?.check?.(argument, path);
    return { operator, path, parts, argument };
  });
}

function checkedPath(path: string): readonly string[] {
  if (path === '') throw new MongoError(56, 'An empty update path is not valid.');
  const parts = splitPath(path);
  for (const [i, part] of parts.entries()) {
    if (part === '')
      throw new MongoError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
    if (part.startsWith('$') && !isPositional(part))
      throw new MongoError(
        52,
        `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    if (i === 0 && isPositional(part))
      throw badValue(`Cannot have positional (i.e. '${part}') element in the first position in path '${path}'`);
  }
  if (parts.filter((p) => p === '$').length > 1)
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  return parts;
}

const isPositional = (part: string): boolean => part === '$' || /^\$\[[^\]]*\]$/.test(part);

function checkRename(from: string, to: Value): void {
  if (typeof to !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${from}: ${show(to)}`);
  if (from === to) throw badValue(`The source and target field for $rename must differ: ${from}: "${to}"`);
  for (const path of [from, to]) {
    if (checkedPath(path).some(isPositional))
      throw badValue(`The source field for $rename may not be dynamic: ${path}`);
  }
}

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

/** Every path that is written; `$rename` has two. */
const pathsOf = (operations: readonly Operation[]): string[] =>
  operations.flatMap((o) => (o.operator === '$rename' ? [o.path, o.argument as string] : [o.path]));

function refuseConflicts(operations: readonly Operation[]): void {
  const paths = pathsOf(operations);
  for (const [i, path] of paths.entries()) {
    const other = paths.find((p, j) => j !== i && (p === path || path.startsWith(`${p}.`)));
    if (other !== undefined)
      throw new MongoError(40, `Updating the path '${path}' would create a conflict at '${other}'`);
  }
}

function parseArrayFilters(filters: Value | undefined, operations: readonly Operation[]): Map<string, Matcher> {
  const found = new Map<string, Matcher>();
  const list = filters ?? [];
  if (!Array.isArray(list))
    throw new MongoError(14, "BSON field 'arrayFilters' is the wrong type, expected type 'array'");
  for (const item of list) {
    if (!isDoc(item)) throw new MongoError(14, 'every array filter must be an object');
    const filter = parseFilter(item);
    const names = new Set(identifiers(filter));
    const name = [...names][0];
    if (name === undefined)
      throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters');
    if (names.size > 1)
      throw failedToParse(
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...names].join("' and '")}'`,
      );
    if (found.has(name)) throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    found.set(name, compile(filter));
  }
  checkUse(found, operations);
  return found;
}

function* identifiers(filter: Filter): Generator<string> {
  if (filter.kind === 'path') yield filter.parts[0] as string;
  else for (const f of filter.filters) yield* identifiers(f);
}

function checkUse(filters: ReadonlyMap<string, Matcher>, operations: readonly Operation[]): void {
  const used = new Set<string>();
  for (const { path, parts } of operations) {
    for (const part of parts) {
      const name = /^\$\[(.+)\]$/.exec(part)?.[1];
      if (name === undefined) continue;
      if (!filters.has(name)) throw badValue(`No array filter found for identifier '${name}' in path '${path}'`);
      used.add(name);
    }
  }
  for (const name of filters.keys()) {
    if (!used.has(name)) throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
  }
}
