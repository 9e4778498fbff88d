import { type FuzzSchema, ODD_TEXTS, Values } from './values.js';
import type { SeededRandom } from '../seeded-random.js';

/** As much of the API's description as making requests needs. */
export interface FuzzDocument {
  paths: Record<string, Record<string, FuzzOperation>>;
  components: { schemas: Record<string, FuzzSchema> };
}
interface FuzzOperation {
  parameters?: { name: string; in: string; schema?: FuzzSchema }[];
  requestBody?: { content?: Record<string, { schema?: FuzzSchema }> };
}

/** What is asked with: tokens by who they belong to, and ids that name something. */
export interface FuzzMeans {
  tokens: Readonly<Record<string, string>>;
  siteId: string;
  ids: readonly string[];
}

/** One generated request. */
export interface FuzzRequest {
  /** `POST /api/auth/login` as the description names it. */
  operation: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

const HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['x-forwarded-for', ['caf\u00e9', '1.2.3.4', ',,,', '\u00ff'.repeat(200), '::1, unknown']],
  ['user-agent', ['\u00e9\u00ff', 'x'.repeat(4_000), '']],
  ['range', ['bytes=0-', 'bytes=999999999-', 'bytes=-0', 'bytes=5-1', 'bytes=0-0,2-3', 'x']],
  ['if-match', ['"x"', '*', 'W/"', '\u00e9']],
  ['if-none-match', ['*', '"x"', 'W/"x']],
  ['if-modified-since', ['yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT']],
  ['if-unmodified-since', ['Thu, 01 Jan 1970 00:00:00 GMT']],
  ['accept', ['text/html', '*/*;q=x', '\u00e9']],
  ['accept-encoding', ['br', 'gzip;q=0', 'identity;q=0, *;q=0', 'deflate', ';;;']],
  ['accept-language', ['xx-\u00e9', 'ru,en;q=x']],
  ['content-encoding', ['gzip', 'br', 'deflate', 'x']],
  [
    'cookie',
    ['a=%', '=;=;', 'beseda_session=\u00e9', 'beseda_refresh=%00; beseda_refresh=x', `a=${'b'.repeat(4_000)}`],
  ],
  ['origin', ['null', 'http://', 'https://evil.example', '\u00e9']],
  ['host', ['evil.example', '[::1', 'a:b:c', '\u00e9']],
  ['x-correlation-id', ['\u00e9', 'x'.repeat(500), 'abcdefgh']],
  ['traceparent', ['00-0-0-0', '\u00e9']],
  ['expect', ['100-continue']],
];

const TYPES = ['application/json', 'application/json; charset=utf-16', 'application/json; charset=x', 'text/csv'];
const RAW_BODIES: readonly string[] = [
  ...[
    '',
    '{',
    '[1,',
    'nonsense',
    'null',
    '0',
    '"text"',
    '\ufeff{}',
    '{"a":1,"a":2}',
    '{}{}',
    '{"__proto__":1}',
    '\0\0',
  ],
  ...['['.repeat(20_000) + ']'.repeat(20_000), '{"a":'.repeat(20_000), `{"a":"${'x'.repeat(300_000)}"}`],
];
const PATH_PARTS = ['%', '%00', '%ff', '..', '%2e%2e%2f', '%F0%9F%98%80', 'a'.repeat(3_000), '*', ':id', '%0d%0a', ''];

/** Makes requests by a description: most fit it but for a few places, some are nonsense from end to end. */
export class FuzzRequests {
  readonly #operations: [operation: string, FuzzOperation][];

  constructor(
    private readonly random: SeededRandom,
    private readonly document: FuzzDocument,
    private readonly means: FuzzMeans,
  ) {
    this.#operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, FuzzOperation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );
  }

  next(): FuzzRequest {
    const { random } = this;
    const [operation, { parameters = [], requestBody }] = random.pick(this.#operations);
    const [method = '', template = ''] = operation.split(' ');
    const values = new Values(random, this.document.components.schemas, this.means.ids, random.pick([0, 0.05, 0.3]));
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => this.#pathPart(name));
    const query = this.#query(parameters, values);
    const { type, body } = method === 'GET' && random.bool(0.9) ? {} : this.#body(requestBody?.content ?? {}, values);
    const headers = { ...this.#headers(), ...(type === undefined ? {} : { 'content-type': type }) };
    return { operation, method, path: path + query, headers, ...(body === undefined ? {} : { body }) };
  }

  #pathPart(name: string): string {
    const { random } = this;
    if (name === 'siteId' && random.bool(0.9)) return this.means.siteId;
    if (random.bool(0.7)) return random.pick(this.means.ids);
    return random.bool() ? random.pick(PATH_PARTS) : escaped(random.pick(ODD_TEXTS).slice(0, 500));
  }

  #query(parameters: FuzzOperation['parameters'], values: Values): string {
    const { random } = this;
    const pairs = (parameters ?? [])
      .filter((one) => one.in === 'query' && random.bool(0.6))
      .map(({ name, schema }) => `${name}=${escaped(asText(values.of(schema)).slice(0, 2_000))}`);
    if (random.bool(0.1))
      pairs.push(random.pick(['a[b]=c', '%=%', '&&&', '__proto__[x]=1', 'q=%00', 'cursor=%ff', 'limit=1&limit=2']));
    return pairs.length > 0 ? `?${pairs.join('&')}` : '';
  }

  #headers(): Record<string, string> {
    const { random } = this;
    const token = random.bool(0.9)
      ? random.pick(Object.values(this.means.tokens))
      : random.pick(['', 'x', 'a.b.c', '\u00e9']);
    const odd = random.bool(0.3) ? [random.pick(HEADERS), random.pick(HEADERS)] : [];
    return {
      ...(random.bool(0.95) ? { authorization: `Bearer ${token}` } : {}),
      ...Object.fromEntries(odd.map(([name, values]) => [name, random.pick(values)])),
    };
  }

  #body(content: Record<string, { schema?: FuzzSchema }>, values: Values): { type?: string; body?: string | Buffer } {
    const { random } = this;
    if (random.bool(0.1)) return { type: random.pick(TYPES), body: random.pick(RAW_BODIES) };
    if (random.bool(0.02)) return { type: random.pick(TYPES), body: Buffer.from(random.bytes(random.int(1, 5_000))) };
    if (content['multipart/form-data']) return this.#multipart();
    const [type, given] = Object.entries(content)[0] ?? [];
    if (type === undefined) return random.bool(0.2) ? { type: random.pick(TYPES), body: '{}' } : {};
    const value = values.of(given?.schema);
    return { type, body: type.includes('json') ? JSON.stringify(value) : asText(value) };
  }

  #multipart(): { type: string; body: Buffer } {
    const { random } = this;
    const boundary = random.bool(0.9) ? 'fuzz' : random.pick(['', '"', 'x'.repeat(300)]);
    const text = (): string =>
      random
        .pick(ODD_TEXTS)
        .slice(0, 2_000)
        .replace(/["\r\n]/g, '');
    const name = random.bool(0.8) ? 'file' : text();
    const type = random.pick(['image/png', 'text/html', 'x', text()]);
    const field = (key: string): string =>
      `--fuzz\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${random.bool() ? `${random.hex(16)}` : text()}\r\n`;
    const parts = [
      field('clientMessageId'),
      ...(random.bool(0.3) ? [field(random.pick(['dialogId', '__proto__', 'a[b]', text()]))] : []),
      `--fuzz\r\nContent-Disposition: form-data; name="${name}"; filename="${text()}"\r\nContent-Type: ${type}\r\n\r\n`,
    ];
    const end = random.bool(0.9) ? '\r\n--fuzz--\r\n' : '';
    const bytes = Buffer.from(random.bytes(random.int(0, 3_000)));
    return {
      type: `multipart/form-data; boundary=${boundary}`,
      body: Buffer.concat([Buffer.from(parts.join('')), bytes, Buffer.from(end)]),
    };
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Percent-encoded; halves of surrogate pairs become what they are in UTF-8 without their other half. */
const escaped = (text: string): string => encodeURIComponent(text.toWellFormed());
