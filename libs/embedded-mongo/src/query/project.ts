import { asInteger, isDoc, isNumeric, truthy, type Doc, type Value } from '../bson/values.js';
import { MongoError, notImplemented } from '../errors.js';
import { compile, elementMatches, elementTest } from './match.js';
import { parsePredicates, type Filter } from './parse.js';
import { splitPath } from './paths.js';
import { matchedPosition } from './position.js';

/** What happens to one field: kept or left out, an array part, or fields below it. */
type Rule =
  | { readonly kind: 'keep' | 'drop' | 'positional' }
  | { readonly kind: 'slice'; readonly skip: number | undefined; readonly limit: number }
  | { readonly kind: 'elemMatch'; readonly test: (item: Value) => boolean }
  | Tree;

interface Tree {
  readonly kind: 'tree';
  readonly fields: Map<string, Rule>;
}

export type Projection = (document: Doc, filter: Filter) => Doc;

/**
 * Parses a projection: inclusion or exclusion; in a find also `$slice`, `$elemMatch` and `path.$`. Undefined for none.
 * @throws MongoError 31253/31254 for a mixture, 31250 for colliding paths, 238 for expressions
 */
export function parseProjection(spec: Value | undefined, inFind: boolean): Projection | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isDoc(spec)) throw new MongoError(14, 'Expected field projection to be of type object');
  if (spec.size === 0) return undefined;
  const rules = [...flatten(spec, '', inFind)];
  const including = modeOf(rules);
  const root: Tree = { kind: 'tree', fields: new Map() };
  if (including) root.fields.set('_id', { kind: 'keep' });
  for (const [path, rule] of rules) place(root, path, rule, including);
  return (document, filter) =>
    projectFields(document, root, including, '', (path) => matchedPosition(filter, document, path));
}

function* flatten(spec: Doc, prefix: string, inFind: boolean): Generator<[string, Rule]> {
  for (const [key, value] of spec) {
    const path = prefix + key;
    if (isDoc(value) && value.size > 0 && !value.keys().next().value?.startsWith('$'))
      yield* flatten(value, `${path}.`, inFind);
    else if (inFind && path.endsWith('.$')) yield [path.slice(0, -2), { kind: 'positional' }];
    else yield [path, parseRule(path, value, inFind)];
  }
}

function parseRule(path: string, value: Value, inFind: boolean): Rule {
  if (path.split('.').some((part) => part === '' || part.startsWith('$'))) {
    throw new MongoError(16410, `FieldPath field names may not be empty or start with '$': '${path}'`);
  }
  if (isNumeric(value) || typeof value === 'boolean') return { kind: truthy(value) ? 'keep' : 'drop' };
  const operator = isDoc(value) ? value.keys().next().value : undefined;
  if (inFind && isDoc(value) && operator === '$slice') return parseSlice(value.get('$slice'));
  if (inFind && isDoc(value) && operator === '$elemMatch') return parseElemMatch(path, value.get('$elemMatch'));
  if (isDoc(value) && value.size === 0)
    throw new MongoError(51270, `An empty sub-projection is not a valid value. Found empty object at path`);
  throw notImplemented(`the projection of '${path}' by an expression`);
}

function parseSlice(value: Value | undefined): Rule {
  if (Array.isArray(value)) {
    const [skip, limit] = value.map(asInteger);
    if (value.length !== 2 || skip === undefined || limit === undefined || limit <= 0)
      throw new MongoError(28724, 'First argument to $slice must be an array, but is of type: int');
    return { kind: 'slice', skip, limit };
  }
  const limit = asInteger(value);
  if (limit === undefined)
    throw new MongoError(28667, 'Invalid $slice syntax. The given syntax did not match the find() syntax');
  return { kind: 'slice', skip: undefined, limit };
}

function parseElemMatch(path: string, value: Value | undefined): Rule {
  if (!isDoc(value)) throw new MongoError(31274, '$elemMatch needs an Object');
  if (path.includes('.')) throw new MongoError(31275, 'Cannot use $elemMatch projection on a nested field.');
  const [predicate] = parsePredicates(new Map([['$elemMatch', value]]));
  if (predicate?.kind === 'elemDoc') {
    const matcher = compile(predicate.filter);
    return { kind: 'elemMatch', test: (item) => elementMatches(item, matcher) };
  }
  const tests = predicate?.kind === 'elemValue' ? predicate.all.map(elementTest) : [];
  return { kind: 'elemMatch', test: (item) => tests.every((t) => t(item)) };
}

/** True for inclusion. `_id` may stand in either; `$slice` alone leaves the other fields in. */
function modeOf(rules: ReadonlyArray<readonly [string, Rule]>): boolean {
  let mode: boolean | undefined;
  for (const [path, rule] of rules) {
    if (rule.kind === 'slice' || (path === '_id' && rules.length > 1)) continue;
    const includes = rule.kind !== 'drop';
    if (mode !== undefined && mode !== includes) {
      throw includes
        ? new MongoError(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
        : new MongoError(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    }
    mode = includes;
  }
  return mode ?? rules.some(([path, rule]) => path === '_id' && rule.kind === 'keep');
}

function place(root: Tree, path: string, rule: Rule, including: boolean): void {
  const parts = splitPath(path);
  let tree = root;
  for (const [i, part] of parts.entries()) {
    const there = tree.fields.get(part);
    if (i === parts.length - 1) {
      if (there && path !== '_id') throw collision(path);
      if (path === '_id' && including && rule.kind === 'drop') tree.fields.delete('_id');
      else tree.fields.set(part, rule);
    } else if (there?.kind === 'tree') tree = there;
    else {
      if (there && part !== '_id') throw collision(path);
      const below: Tree = { kind: 'tree', fields: new Map() };
      tree.fields.set(part, below);
      tree = below;
    }
  }
}

const collision = (path: string): MongoError => new MongoError(31250, `Path collision at ${path}`);

type PositionOf = (path: string) => number;

function projectFields(document: Doc, { fields }: Tree, including: boolean, prefix: string, position: PositionOf): Doc {
  const out: Doc = new Map();
  for (const [key, value] of document) {
    const rule = fields.get(key);
    const projected =
      rule === undefined
        ? including
          ? undefined
          : value
        : projectValue(value, rule, including, prefix + key, position);
    if (projected !== undefined) out.set(key, projected);
  }
  return out;
}

function projectValue(
  value: Value,
  rule: Rule,
  including: boolean,
  path: string,
  position: PositionOf,
): Value | undefined {
  switch (rule.kind) {
    case 'keep':
      return value;
    case 'drop':
      return undefined;
    case 'slice':
      return Array.isArray(value) ? slice(value, rule) : value;
    case 'elemMatch': {
      const found = Array.isArray(value) ? value.find(rule.test) : undefined;
      return found === undefined ? undefined : [found];
    }
    case 'positional':
      return positional(value, position(path));
    case 'tree':
      return below(value, rule, including, path, position);
  }
}

function below(value: Value, tree: Tree, including: boolean, path: string, position: PositionOf): Value | undefined {
  if (isDoc(value)) return projectFields(value, tree, including, `${path}.`, position);
  if (!Array.isArray(value)) return including ? undefined : value;
  return value.map((item) => below(item, tree, including, path, position)).filter((item) => item !== undefined);
}

function slice(value: readonly Value[], rule: Rule & { kind: 'slice' }): Value[] {
  if (rule.skip === undefined) return rule.limit < 0 ? value.slice(rule.limit) : value.slice(0, rule.limit);
  const from = rule.skip < 0 ? Math.max(0, value.length + rule.skip) : rule.skip;
  return value.slice(from, from + rule.limit);
}

function positional(value: Value, index: number): Value {
  if (!Array.isArray(value)) return value;
  const item = value[index];
  if (item === undefined)
    throw new MongoError(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  return [item];
}
