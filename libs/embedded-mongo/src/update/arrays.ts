import { BSONRegExp } from 'bson';
import { compareValues, equalValues } from '../bson/compare.js';
import { asInteger, clone, isDoc, isNumeric, typeName, type Doc, type Value } from '../bson/values.js';
import { badValue, failedToParse, typeMismatch } from '../errors.js';
import { compile, elementTest } from '../query/match.js';
import { parseFilter, parsePredicates } from '../query/parse.js';
import { parseSort, sortBy } from '../query/sort.js';
import { show } from '../store/duplicate-key.js';
import type { Slot } from './slot.js';

const PUSH_CLAUSES = new Set(['$each', '$slice', '$sort', '$position']);

const isModified = (argument: Value): argument is Doc => isDoc(argument) && argument.has('$each');

function arrayAt(slot: Slot): Value[] | undefined {
  const now = slot.get();
  if (now === undefined || Array.isArray(now)) return now;
  throw badValue(
    `The field '${slot.path}' must be an array but is of type ${typeName(now)} in document {_id: ${show(slot.document.get('_id'))}}`,
  );
}

export function checkPush(argument: Value): void {
  if (!isModified(argument)) return;
  for (const clause of argument.keys())
    if (!PUSH_CLAUSES.has(clause)) throw badValue(`Unrecognized clause in $push: ${clause}`);
  if (!Array.isArray(argument.get('$each')))
    throw badValue(
      `The argument to $each in $push must be an array but it was of type: ${typeName(argument.get('$each'))}`,
    );
  for (const clause of ['$slice', '$position']) {
    if (argument.has(clause) && asInteger(argument.get(clause)) === undefined) {
      throw badValue(
        `The value for ${clause} must be an integer value but was given type: ${typeName(argument.get(clause))}`,
      );
    }
  }
  const sort = argument.get('$sort');
  if (sort === undefined) return;
  if (isNumeric(sort) && Math.abs(asInteger(sort) ?? 0) !== 1)
    throw badValue('The $sort element value must be either 1 or -1');
  if (!isNumeric(sort) && !isDoc(sort))
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  if (isDoc(sort)) parseSort(sort);
}

export function push(slot: Slot, argument: Value): void {
  const modified = isModified(argument);
  const added = (modified ? (argument.get('$each') as Value[]) : [argument]).map(clone);
  let items = [...(arrayAt(slot) ?? [])];
  const position = modified ? asInteger(argument.get('$position')) : undefined;
  const at = position === undefined ? items.length : position < 0 ? Math.max(0, items.length + position) : position;
  items.splice(at, 0, ...added);
  if (modified) {
    items = sorted(items, argument.get('$sort'));
    items = sliced(items, asInteger(argument.get('$slice')));
  }
  slot.set(items);
}

/** Documents by fields, or whole elements; elements that are no documents sort as if they had no fields. */
function sorted(items: Value[], sort: Value | undefined): Value[] {
  if (sort === undefined) return items;
  const pattern = isDoc(sort) ? parseSort(sort) : undefined;
  if (pattern) return sortBy(items, pattern, (item) => (isDoc(item) ? item : new Map()));
  const direction = asInteger(sort) ?? 1;
  return items.sort((a, b) => direction * compareValues(a, b));
}

const sliced = (items: Value[], slice: number | undefined): Value[] =>
  slice === undefined ? items : slice < 0 ? items.slice(slice) : items.slice(0, slice);

export function addToSet(slot: Slot, argument: Value): void {
  const each = isModified(argument) ? argument.get('$each') : [argument];
  if (!Array.isArray(each))
    throw typeMismatch(`The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`);
  if (isModified(argument) && argument.size > 1)
    throw badValue(`Found unexpected fields after $each in $addToSet: ${show(argument)}`);
  const items = [...(arrayAt(slot) ?? [])];
  for (const value of each) if (!items.some((item) => equalValues(item, value))) items.push(clone(value));
  slot.set(items);
}

export function checkPull(argument: Value): void {
  pullTest(argument);
}

/** What `$pull` removes: elements equal to a value, or that fulfil a condition, or documents that match a filter. */
function pullTest(argument: Value): (item: Value) => boolean {
  if (argument instanceof BSONRegExp || (isDoc(argument) && argument.keys().next().value?.startsWith('$'))) {
    const tests = parsePredicates(argument).map(elementTest);
    return (item) => tests.every((t) => t(item));
  }
  if (isDoc(argument)) {
    const matches = compile(parseFilter(argument));
    return (item) => isDoc(item) && matches(item);
  }
  return (item) => equalValues(item, argument);
}

export function pull(slot: Slot, argument: Value): void {
  removeWhere(slot, pullTest(argument));
}

export function checkPullAll(argument: Value, path: string): void {
  if (!Array.isArray(argument))
    throw badValue(`$pullAll requires an array argument but was given a ${typeName(argument)} for ${path}`);
}

export function pullAll(slot: Slot, argument: Value): void {
  removeWhere(slot, (item) => (argument as Value[]).some((v) => equalValues(v, item)));
}

function removeWhere(slot: Slot, test: (item: Value) => boolean): void {
  const items = arrayAt(slot);
  if (items?.some(test)) slot.set(items.filter((item) => !test(item)));
}

export function checkPop(argument: Value, path: string): void {
  const end = asInteger(argument);
  if (end !== 1 && end !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${show(argument)} for ${path}`);
}

export function pop(slot: Slot, argument: Value): void {
  const now = slot.get();
  if (now === undefined) return;
  if (!Array.isArray(now))
    throw typeMismatch(`Path '${slot.path}' contains an element of non-array type '${typeName(now)}'`);
  if (now.length > 0) slot.set(asInteger(argument) === 1 ? now.slice(0, -1) : now.slice(1));
}
