import { isDoc, type Doc, type Value } from '../bson/values.js';
import { MongoError, notImplemented } from '../errors.js';
import { fieldPathValue, splitPath } from '../query/paths.js';

/** A value computed from a document; undefined: missing. */
export type Expression = (document: Doc) => Value | undefined;

/**
 * Field paths (`"$a.b"`), constants, and documents of them: there is no expression language.
 * @throws MongoError 168 for an operator, 238 for a variable or an array
 */
export function parseExpression(value: Value): Expression {
  if (typeof value === 'string' && value.startsWith('$')) return fieldPath(value);
  if (Array.isArray(value)) throw notImplemented('an array as an expression');
  if (!isDoc(value)) return () => value;
  const operator = value.keys().next().value;
  if (operator?.startsWith('$')) throw new MongoError(168, `Unrecognized expression '${operator}'`);
  const fields = [...value].map(([name, v]) => [name, parseExpression(v)] as const);
  return (d) => {
    const out: Doc = new Map();
    for (const [name, expression] of fields) {
      const result = expression(d);
      if (result !== undefined) out.set(name, result);
    }
    return out;
  };
}

function fieldPath(text: string): Expression {
  if (text.startsWith('$$')) throw notImplemented(`the variable '${text}'`);
  if (text === '$') throw new MongoError(16872, "'$' by itself is not a valid FieldPath");
  const parts = splitPath(text.slice(1));
  if (parts.some((p) => p === '')) throw new MongoError(40353, "FieldPath must not end with a '.'.");
  if (parts.some((p) => p.startsWith('$')))
    throw new MongoError(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`);
  return (d) => fieldPathValue(d, parts);
}
