/** A value that is changed as a whole, not field by field. */
type Whole = string | number | boolean | null | undefined | readonly unknown[];

/** Paths to the fields of a form's value: `widget.caption.ru`. */
export type PathOf<T> = {
  [K in keyof T & string]: T[K] extends Whole ? K : K | `${K}.${PathOf<T[K]>}`;
}[keyof T & string];

/** The value at a path. */
export type At<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? At<T[K], Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readPath(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

/** A copy with another value at the path; everything else is shared with the original. */
export function writePath<T>(value: T, path: string, next: unknown): T {
  const [name = '', ...rest] = path.split('.');
  const record: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
  const inner = rest.length > 0 ? writePath(record[name], rest.join('.'), next) : next;
  return { ...record, [name]: inner } as T;
}

/** Equal by content. Arrays count their order, records do not. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => same(one, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

/** Only what stands at the given paths: the body of a PATCH. */
export function pick<T>(value: T, paths: readonly string[]): Readonly<Record<string, unknown>> {
  return paths.reduce<Readonly<Record<string, unknown>>>(
    (body, path) => writePath(body, path, readPath(value, path)),
    {},
  );
}

export interface Merged<T> {
  readonly value: T;
  /** Fields changed on both sides to different values; the value keeps mine. */
  readonly conflicts: readonly string[];
}

/** Brings together what was changed here and there since `base`, field by field. */
export function mergeFields<T>(paths: readonly string[], base: T, mine: T, theirs: T): Merged<T> {
  let value = theirs;
  const conflicts: string[] = [];
  for (const path of paths) {
    const [was, here, there] = [readPath(base, path), readPath(mine, path), readPath(theirs, path)];
    if (same(here, was) || same(here, there)) continue;
    if (!same(there, was)) conflicts.push(path);
    value = writePath(value, path, here);
  }
  return { value, conflicts };
}
