import { isDoc, isNumeric, truthy, type Doc, type Value } from '../bson/values.js';
import { MongoError, notImplemented } from '../errors.js';
import { splitPath } from './paths.js';

/** What happens to one field: kept (true), left out (false), or fields below it. */
type Rule = boolean | Tree;

interface Tree extends Map<string, Rule> {}

export type Projection = (document: Doc) => Doc;

/**
 * Parses a projection: inclusion or exclusion. Undefined for none.
 * @throws MongoError 31253/31254 for a mixture, 31250 for colliding paths, 238 for operators and expressions
 */
export function parseProjection(spec: Value | undefined): Projection | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isDoc(spec)) throw new MongoError(14, 'Expected field projection to be of type object');
  if (spec.size === 0) return undefined;
  const rules = [...flatten(spec, '')];
  const including = modeOf(rules);
  const root: Tree = new Map();
  if (including) root.set('_id', true);
  for (const [path, keep] of rules) place(root, path, keep, including);
  return (document) => projectFields(document, root, including);
}

function* flatten(spec: Doc, prefix: string): Generator<[string, boolean]> {
  for (const [key, value] of spec) {
    const path = prefix + key;
    if (isDoc(value) && value.size > 0 && !value.keys().next().value?.startsWith('$'))
      yield* flatten(value, `${path}.`);
    else yield [path, parseRule(path, value)];
  }
}

function parseRule(path: string, value: Value): boolean {
  if (path.endsWith('.$')) throw notImplemented(`the positional projection '${path}'`);
  if (path.split('.').some((part) => part === '' || part.startsWith('$')))
    throw new MongoError(16410, `FieldPath field names may not be empty or start with '$': '${path}'`);
  if (isNumeric(value) || typeof value === 'boolean') return truthy(value);
  if (isDoc(value) && value.size === 0)
    throw new MongoError(51270, `An empty sub-projection is not a valid value. Found empty object at path`);
  throw notImplemented(`the projection of '${path}' by an operator or an expression`);
}

/** True for inclusion. `_id` may stand in either. */
function modeOf(rules: ReadonlyArray<readonly [string, boolean]>): boolean {
  let mode: boolean | undefined;
  for (const [path, keep] of rules) {
    if (path === '_id' && rules.length > 1) continue;
    if (mode !== undefined && mode !== keep) {
      throw keep
        ? new MongoError(31253, `Cannot do inclusion on field ${path} in exclusion projection`)
        : new MongoError(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    }
    mode = keep;
  }
  return mode ?? rules.some(([path, keep]) => path === '_id' && keep);
}

function place(root: Tree, path: string, keep: boolean, including: boolean): void {
  const parts = splitPath(path);
  let tree = root;
  for (const [i, part] of parts.entries()) {
    const there = tree.get(part);
    if (i === parts.length - 1) {
      if (there !== undefined && path !== '_id') throw collision(path);
      if (path === '_id' && including && !keep) tree.delete('_id');
      else tree.set(part, keep);
    } else if (there instanceof Map) tree = there;
    else {
      if (there !== undefined && part !== '_id') throw collision(path);
      const below: Tree = new Map();
      tree.set(part, below);
      tree = below;
    }
  }
}

const collision = (path: string): MongoError => new MongoError(31250, `Path collision at ${path}`);

function projectFields(document: Doc, tree: Tree, including: boolean): Doc {
  const out: Doc = new Map();
  for (const [key, value] of document) {
    const rule = tree.get(key) ?? !including;
    const projected = rule instanceof Map ? below(value, rule, including) : rule ? value : undefined;
    if (projected !== undefined) out.set(key, projected);
  }
  return out;
}

function below(value: Value, tree: Tree, including: boolean): Value | undefined {
  if (isDoc(value)) return projectFields(value, tree, including);
  if (!Array.isArray(value)) return including ? undefined : value;
  return value.map((item) => below(item, tree, including)).filter((item) => item !== undefined);
}
