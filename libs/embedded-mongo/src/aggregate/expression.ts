import { isDoc, type Doc, type Value } from '../bson/values.js';
import { MongoError } from '../errors.js';
import { fieldPathValue, splitPath } from '../query/paths.js';

/** A value computed from a document; undefined: missing. */
export type Expression = (document: Doc) => Value | undefined;

/**
 * Field paths (`"$a.b"`, `"$$ROOT"`), constants, `$literal`, and documents and arrays of them: there is no expression language.
 * @throws MongoError 168 for every other operator, 17276 for an unknown variable
 */
export function parseExpression(value: Value): Expression {
  if (typeof value === 'string' && value.startsWith('$')) return fieldPath(value);
  if (Array.isArray(value)) {
    const items = value.map(parseExpression);
    return (d) => items.map((item) => item(d) ?? null);
  }
  if (!isDoc(value)) return () => value;
  const operator = value.keys().next().value;
  if (operator?.startsWith('$')) {
    if (operator !== '$literal' || value.size !== 1) throw new MongoError(168, `Unrecognized expression '${operator}'`);
    const literal = value.get(operator) as Value;
    return () => literal;
  }
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
  const path = text.startsWith('$$') ? variablePath(text.slice(2)) : text.slice(1);
  if (path === '') {
    if (!text.startsWith('$$')) throw new MongoError(16872, "'$' by itself is not a valid FieldPath");
    return (d) => d;
  }
  const parts = splitPath(path);
  if (parts.some((p) => p === '')) throw new MongoError(40353, "FieldPath must not end with a '.'.");
  if (parts.some((p) => p.startsWith('$')))
    throw new MongoError(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`);
  return (d) => fieldPathValue(d, parts);
}

function variablePath(text: string): string {
  const [name, ...rest] = text.split('.');
  if (name !== 'ROOT' && name !== 'CURRENT') throw new MongoError(17276, `Use of undefined variable: ${name ?? ''}`);
  return rest.join('.');
}
