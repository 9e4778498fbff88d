import { API_ROUTES, SOCKET_MESSAGES, dialogEventSchema, problemSchema, routeOf } from '@beseda/api';

/** Something that parses, such as a schema of zod. */
interface Schema {
  safeParse(value: unknown): { success: boolean; data?: unknown; error?: { issues: readonly Issue[] } };
}
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A request to a stand-in of the API and what it answered. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly body: unknown;
  readonly status: number;
  /** As it was sent; undefined: none, or no JSON. */
  readonly answer: unknown;
}

/**
 * Holds a stand-in of the API, and the client that talks to it, against the schemas the gateway serves. What differs is
 * kept in {@link drift} and thrown by {@link assert}.
 */
export class ApiContract {
  readonly drift: string[] = [];

  /** Checks route, status, answer and, where the stand-in accepted it, the request. */
  http({ method, url, body, status, answer }: Exchange): void {
    const { pathname, searchParams } = new URL(url, 'http://stand-in');
    const name = routeOf(method, pathname);
    const where = name ?? `${method} ${pathname}`;
    const route = name && API_ROUTES[name];
    if (!route) return this.#note(where, 'the gateway has no such route');
    if (status >= 400) return this.#answer(`${where}, ${status}`, problemSchema, answer);
    if (route.query) this.#parse(`query of ${where}`, route.query, Object.fromEntries(searchParams));
    if (route.body) this.#parse(`body of ${where}`, route.body, body);
    if (route.other) return;
    const right = route.status ?? (route.answer ? 200 : 204);
    if (status !== right) this.#note(where, `is answered with ${right}, not ${status}`);
    if (route.answer) this.#answer(where, route.answer, answer);
    else if (answer !== undefined) this.#note(where, 'has no answer');
    for (const event of eventsOf(answer)) this.#answer(`event of ${where}`, dialogEventSchema, event);
  }

  /** Checks what a socket was told. */
  socket(name: string, payload: unknown): void {
    const schema = Object.entries(SOCKET_MESSAGES).find(([known]) => known === name)?.[1];
    if (schema) this.#answer(`socket ${name}`, schema, payload);
    else this.#note(`socket ${name}`, 'the gateway sends no such message');
  }

  /** Checks any value by a schema. */
  value(where: string, schema: Schema, value: unknown): void {
    this.#answer(where, schema, value);
  }

  /** @throws Error that names every difference found so far. */
  assert(): void {
    const found = this.drift.splice(0);
    if (found.length > 0) throw new Error(`differs from the API:\n${found.join('\n')}`);
  }

  #answer(where: string, schema: Schema, value: unknown): void {
    // what JSON leaves out was never sent
    const sent: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    const data = this.#parse(where, schema, sent);
    if (data) for (const path of unknownKeys(sent, data.value)) this.#note(where, `${path}: is not in the answer`);
  }

  #parse(where: string, schema: Schema, value: unknown): { value: unknown } | undefined {
    const { success, data, error } = schema.safeParse(value);
    if (success) return { value: data };
    for (const { path, message } of error?.issues ?? []) this.#note(where, `${path.join('.') || '(all)'}: ${message}`);
    return undefined;
  }

  #note(where: string, what: string): void {
    const line = `${where}: ${what}`;
    if (!this.drift.includes(line)) this.drift.push(line);
  }
}

/** The value, if a reader of this schema gets exactly it. @throws Error that names every difference */
export function answers<T>(schema: Schema, value: T): T {
  const contract = new ApiContract();
  contract.value('answer', schema, value);
  contract.assert();
  return value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function eventsOf(answer: unknown): readonly unknown[] {
  const events = isObject(answer) ? answer['events'] : undefined;
  return Array.isArray(events) ? events : [];
}

/** Paths of what a schema dropped: a schema of an answer takes more than it names, a reader must not count on it. */
function unknownKeys(given: unknown, parsed: unknown, path = ''): string[] {
  if (!isObject(given) || !isObject(parsed)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key;
    return key in parsed ? unknownKeys(value, parsed[key], at) : [at];
  });
}
