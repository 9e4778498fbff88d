import { BSONRegExp } from 'bson';
import { equalValues } from '../bson/compare.js';
import { asInteger, clone, isDoc, typeName, type Doc, type Value } from '../bson/values.js';
import { badValue, notImplemented, typeMismatch } from '../errors.js';
import { compile } from '../query/match.js';
import { isLogical, parseFilter } from '../query/parse.js';
import { show } from '../store/duplicate-key.js';
import type { Slot } from './slot.js';

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
  for (const clause of argument.keys()) {
    if (clause === '$sort' || clause === '$position') throw notImplemented(`the clause '${clause}' of $push`);
    if (clause !== '$each' && clause !== '$slice') throw badValue(`Unrecognized clause in $push: ${clause}`);
  }
  const [each, slice] = [argument.get('$each'), argument.get('$slice')];
  if (!Array.isArray(each))
    throw badValue(`The argument to $each in $push must be an array but it was of type: ${typeName(each)}`);
  if (slice !== undefined && asInteger(slice) === undefined)
    throw badValue(`The value for $slice must be an integer value but was given type: ${typeName(slice)}`);
}

export function push(slot: Slot, argument: Value): void {
  const modified = isModified(argument);
  const added = (modified ? (argument.get('$each') as Value[]) : [argument]).map(clone);
  const items = [...(arrayAt(slot) ?? []), ...added];
  const slice = modified ? asInteger(argument.get('$slice')) : undefined;
  slot.set(slice === undefined ? items : slice < 0 ? items.slice(slice) : items.slice(0, slice));
}

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

/**
 * What `$pull` removes: elements equal to a value, documents that match a filter, or elements that fulfil a condition. A
 * condition is tested as on a field that holds the element, so that it looks into an element that is an array itself.
 */
function pullTest(argument: Value): (item: Value) => boolean {
  const first = isDoc(argument) ? argument.keys().next().value : undefined;
  if (argument instanceof BSONRegExp || (first?.startsWith('$') && !isLogical(first))) {
    const matches = compile(parseFilter(new Map([['', argument]])));
    return (item) => matches(new Map([['', item]]));
  }
  if (isDoc(argument)) {
    const matches = compile(parseFilter(argument));
    return (item) => isDoc(item) && matches(item);
  }
  return (item) => equalValues(item, argument);
}

export function pull(slot: Slot, argument: Value): void {
  slot.checkWay();
  const items = arrayAt(slot);
  const test = pullTest(argument);
  if (items?.some(test)) slot.set(items.filter((item) => !test(item)));
}
