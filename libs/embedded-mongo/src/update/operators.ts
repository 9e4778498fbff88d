import { compareValues } from '../bson/compare.js';
import { clone, isNumeric, typeName, type Value } from '../bson/values.js';
import { typeMismatch } from '../errors.js';
import { show } from '../store/duplicate-key.js';
import { addToSet, checkPull, checkPush, pull, push } from './arrays.js';
import { add } from './arithmetic.js';
import type { Slot } from './slot.js';

export interface Operator {
  /** Refuses a wrong argument when the update is parsed. */
  readonly check?: (argument: Value, path: string) => void;
  readonly apply: (slot: Slot, argument: Value) => void;
  readonly onInsertOnly?: boolean;
}

function checkIncrement(argument: Value, path: string): void {
  if (!isNumeric(argument))
    throw typeMismatch(`Cannot increment with non-numeric argument: {${path}: ${show(argument)}}`);
}

function increment(slot: Slot, by: Value): void {
  const now = slot.get();
  if (now === undefined) return slot.set(by);
  if (isNumeric(now)) return slot.set(add(now, by));
  const id = show(slot.document.get('_id'));
  throw typeMismatch(
    `Cannot apply $inc to a value of non-numeric type. {_id: ${id}} has the field '${slot.parts.at(-1) ?? ''}' of non-numeric type ${typeName(now)}`,
  );
}

function keepExtreme(slot: Slot, argument: Value, sign: 1 | -1): void {
  const now = slot.get();
  if (now === undefined || sign * compareValues(argument, now) > 0) slot.set(clone(argument));
}

/** Every update operator this server has. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$set', { apply: (slot, argument) => slot.set(clone(argument)) }],
  ['$setOnInsert', { apply: (slot, argument) => slot.set(clone(argument)), onInsertOnly: true }],
  ['$unset', { apply: (slot) => slot.unset() }],
  ['$inc', { check: checkIncrement, apply: increment }],
  ['$min', { apply: (slot, argument) => keepExtreme(slot, argument, -1) }],
  ['$max', { apply: (slot, argument) => keepExtreme(slot, argument, 1) }],
  ['$push', { check: checkPush, apply: push }],
  ['$addToSet', { apply: addToSet }],
  ['$pull', { check: checkPull, apply: pull }],
]);

/** Those MongoDB has besides. */
export const ONLY_REAL: ReadonlySet<string> = new Set(['$mul', '$rename', '$bit', '$currentDate', '$pop', '$pullAll']);
