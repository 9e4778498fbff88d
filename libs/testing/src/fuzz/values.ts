import type { SeededRandom } from '../seeded-random.js';

/** As much of a schema of the API's description as making values needs. */
export interface FuzzSchema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: FuzzSchema[];
  oneOf?: FuzzSchema[];
  allOf?: FuzzSchema[];
  properties?: Record<string, FuzzSchema>;
  additionalProperties?: FuzzSchema | boolean;
  items?: FuzzSchema;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

/** Texts that parsers, databases and pages have stumbled over. */
export const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0001\u001f\u007f',
  '\u200b\u200d\ufeff',
  '\u202eevil',
  '\ud800',
  '\udc00x',
  '😀'.repeat(70),
  'é'.repeat(300),
  'x'.repeat(12_000),
  '$where',
  '$gt.a',
  'a.b.c',
  '__proto__',
  'constructor',
  '(((((',
  '[a-',
  '\\',
  '%00',
  '../../../etc/passwd',
  "' or 1=1 --",
  '{{7*7}}${7*7}',
  '\r\nSet-Cookie: a=b',
  '=1+1',
  'null',
  'NaN',
  '-0',
  '9'.repeat(400),
  '0001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '2026-02-30T25:61:61Z',
  'javascript:alert(1)',
  'http://[::1',
];

const deep = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels)) as unknown;
const wide = (keys: number): object =>
  Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, index]));

const ODD_VALUES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0.1,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => 2 ** 31,
  () => [],
  () => ({}),
  () => [null],
  () => Array(300).fill('a'),
  () => ({ $gt: '' }),
  () => ({ $ne: null }),
  () => JSON.parse('{"__proto__":{"admin":true}}') as unknown,
  () => ({ constructor: { prototype: {} } }),
  () => ({ toString: 1, valueOf: 1, toJSON: 1, then: 1, length: 1e9 }),
  () => deep(40),
  () => deep(1_000),
  () => wide(900),
  () => wide(5_000),
];

/** A value nobody expects there. */
export const oddValue = (random: SeededRandom): unknown =>
  random.bool(0.5) ? random.pick(ODD_TEXTS) : random.pick(ODD_VALUES)();

/** Values that fit a schema more or less: a field in `oddness` is odd, some are left out, some come from `known`. */
export class Values {
  constructor(
    private readonly random: SeededRandom,
    private readonly schemas: Readonly<Record<string, FuzzSchema>>,
    /** Ids that name something. */
    private readonly known: readonly string[],
    private readonly oddness: number,
  ) {}

  of(given: FuzzSchema | undefined, depth = 0): unknown {
    const { random } = this;
    const schema = given?.$ref ? this.schemas[given.$ref.split('/').at(-1) ?? ''] : given;
    if (!schema || depth > 8 || random.bool(this.oddness)) return oddValue(random);
    const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (choices?.length) return this.of(random.pick(choices), depth + 1);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum?.length) return random.pick(schema.enum);
    return this.#ofType(schema, depth);
  }

  #ofType(schema: FuzzSchema, depth: number): unknown {
    const { random } = this;
    switch (schema.type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return Array.from({ length: random.int(0, 4) }, () => this.of(schema.items, depth + 1));
      case 'boolean':
        return random.bool(0.5);
      case 'integer':
      case 'number':
        return random.pick([0, 1, random.int(0, 1_000), schema.minimum ?? -1, schema.maximum ?? 1e9]);
      case 'string':
        return this.#text(schema);
      default:
        return oddValue(random);
    }
  }

  #object({ properties = {}, additionalProperties }: FuzzSchema, depth: number): object {
    const { random } = this;
    const entries = Object.entries(properties)
      .filter(() => !random.bool(0.1))
      .map(([name, property]): [string, unknown] => [name, this.of(property, depth + 1)]);
    if (additionalProperties || random.bool(this.oddness)) {
      const of = typeof additionalProperties === 'object' ? additionalProperties : undefined;
      entries.push([random.pick(ODD_TEXTS), this.of(of, depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #text({ format, maxLength = 40, minLength = 1 }: FuzzSchema): string {
    const { random } = this;
    if (format === 'date-time') return new Date(random.int(0, 2_000_000_000) * 1_000).toISOString();
    if (random.bool(0.4)) return random.pick(this.known);
    if (random.bool(0.2)) return random.pick(ODD_TEXTS);
    return 'Ab3-'.repeat(Math.max(minLength, Math.min(maxLength, 1 + random.int(0, 40)))).slice(0, maxLength);
  }
}
