import { Timestamp } from 'bson';
import { compareValues } from '../bson/compare.js';
import { asInteger, clone, isDoc, isNumeric, typeName, type Doc, type Value } from '../bson/values.js';
import { badValue, typeMismatch } from '../errors.js';
import { show } from '../store/duplicate-key.js';
import { addToSet, checkPop, checkPull, checkPullAll, checkPush, pop, pull, pullAll, push } from './arrays.js';
import { add, bitwise, multiply } from './arithmetic.js';
import { Slot } from './slot.js';

export interface Operator {
  /** Refuses a wrong argument when the update is parsed. */
  readonly check?: (argument: Value, path: string) => void;
  readonly apply: (slot: Slot, argument: Value) => void;
  readonly onInsertOnly?: boolean;
}

const needNumber =
  (verb: string) =>
  (argument: Value, path: string): void => {
    if (!isNumeric(argument))
      throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${show(argument)}}`);
  };

function arithmetic(name: string, slot: Slot, argument: Value, compute: (now: Value) => Value, missing: Value): void {
  const now = slot.get();
  if (now === undefined) slot.set(missing);
  else if (isNumeric(now) && isNumeric(argument)) slot.set(compute(now));
  else {
    const id = show(slot.document.get('_id'));
    throw typeMismatch(
      `Cannot apply ${name} to a value of non-numeric type. {_id: ${id}} has the field '${slot.parts.at(-1) ?? ''}' of non-numeric type ${typeName(now)}`,
    );
  }
}

function keepExtreme(slot: Slot, argument: Value, sign: 1 | -1): void {
  const now = slot.get();
  if (now === undefined || sign * compareValues(argument, now) > 0) slot.set(clone(argument));
}

function rename(slot: Slot, argument: Value): void {
  const value = slot.get();
  if (value === undefined) return;
  refuseArrays(slot.document, slot.parts, 'source');
  const target = new Slot(slot.document, (argument as string).split('.'));
  refuseArrays(slot.document, target.parts, 'destination');
  slot.unset();
  target.set(value);
}

function refuseArrays(document: Doc, parts: readonly string[], which: string): void {
  let value: Value | undefined = document;
  for (const part of parts) {
    if (Array.isArray(value))
      throw badValue(
        `The ${which} field cannot be an array element, '${parts.join('.')}' in doc with _id: ${show(document.get('_id'))} has an array field`,
      );
    value = isDoc(value) ? value.get(part) : undefined;
  }
}

/** Timestamps of one second are told apart by a counter, as MongoDB does. */
let stampSecond = 0;
let stampCounter = 0;

function currentDate(slot: Slot, argument: Value): void {
  const wanted = isDoc(argument) ? argument.get('$type') : 'date';
  if (wanted === 'date') return slot.set(new Date());
  const t = Math.floor(Date.now() / 1000);
  stampCounter = t === stampSecond ? stampCounter + 1 : 1;
  stampSecond = t;
  slot.set(new Timestamp({ t, i: stampCounter }));
}

function checkCurrentDate(argument: Value): void {
  if (typeof argument === 'boolean') return;
  const type = isDoc(argument) && argument.size === 1 ? argument.get('$type') : undefined;
  if (type !== 'date' && type !== 'timestamp') {
    throw badValue(
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    );
  }
}

function checkBit(argument: Value, path: string): void {
  if (!isDoc(argument))
    throw badValue(
      `The $bit modifier is not compatible with a ${typeName(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  for (const [op, mask] of argument) {
    if (op !== 'and' && op !== 'or' && op !== 'xor')
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${op}' which is an unknown operator: {${op}: ${show(mask)}}`,
      );
    if (asInteger(mask) === undefined)
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(mask)}' is not supported here: {${path}: ${show(mask)}}`,
      );
  }
}

function bit(slot: Slot, argument: Value): void {
  const now = slot.get() ?? 0;
  if (typeof now !== 'bigint' && !(typeof now === 'number' && Number.isInteger(now))) {
    throw badValue(
      `Cannot apply $bit to a value of non-integral type.${show(slot.document.get('_id'))} has the field ${slot.path} of non-integer type ${typeName(now)}`,
    );
  }
  let value: number | bigint = now;
  for (const [op, mask] of argument as Doc) value = bitwise(op, value, mask as number | bigint);
  slot.set(value);
}

/** Every update operator MongoDB has, as this server implements it. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$set', { apply: (slot, argument) => slot.set(clone(argument)) }],
  ['$setOnInsert', { apply: (slot, argument) => slot.set(clone(argument)), onInsertOnly: true }],
  ['$unset', { apply: (slot) => slot.unset() }],
  [
    '$inc',
    { check: needNumber('increment'), apply: (slot, by) => arithmetic('$inc', slot, by, (now) => add(now, by), by) },
  ],
  [
    '$mul',
    {
      check: needNumber('multiply'),
      apply: (slot, by) => arithmetic('$mul', slot, by, (now) => multiply(now, by), multiply(0, by)),
    },
  ],
  ['$min', { apply: (slot, argument) => keepExtreme(slot, argument, -1) }],
  ['$max', { apply: (slot, argument) => keepExtreme(slot, argument, 1) }],
  ['$rename', { apply: rename }],
  ['$currentDate', { check: checkCurrentDate, apply: currentDate }],
  ['$bit', { check: checkBit, apply: bit }],
  ['$push', { check: checkPush, apply: push }],
  ['$addToSet', { apply: addToSet }],
  ['$pull', { check: checkPull, apply: pull }],
  ['$pullAll', { check: checkPullAll, apply: pullAll }],
  ['$pop', { check: checkPop, apply: pop }],
]);
