import { request as send } from 'node:http';
import { seededRandom } from '../seeded-random.js';
import { type FuzzDocument, type FuzzMeans, type FuzzRequest, FuzzRequests } from './requests.js';
import { fuzzSocket } from './sockets.js';

/** What is tried, and how much. */
export interface FuzzOptions {
  url: string;
  document: FuzzDocument;
  seed: number | string;
  /** Requests at most. */
  requests: number;
  /** Milliseconds at most. */
  withinMs: number;
  /** Called at the beginning and whenever a token stopped working. */
  means(): Promise<FuzzMeans>;
}

/** What came of it. */
export interface FuzzReport {
  seed: string;
  requests: number;
  sockets: number;
  /** Answers by what was asked and status class: `POST /api/auth/login` → `4xx` → 12. */
  answers: Map<string, Map<string, number>>;
  /** What must not be: each names its request so that it can be repeated. */
  faults: string[];
}

/** Of a refusal; bytes. */
const REFUSAL_BYTES = 20_000;
/** Of a request: more than the buffers of a connection that nobody reads; bytes. */
const LARGE_BODY = 65_536;
const ANSWER_MS = 10_000;
/** Every so many requests one socket. */
const PER_SOCKET = 25;
/** Sessions end by what is tried: new ones are opened so often at most. */
const MOST_SIGN_INS = 30;

/**
 * Sends generated requests one after another: whatever comes in, no answer may be of class 5xx, no refusal longer than 20 kB, none
 * may be missing, and the server must live on.
 */
export async function fuzz({ url, document, seed, requests, withinMs, means }: FuzzOptions): Promise<FuzzReport> {
  const random = seededRandom(seed);
  const report: FuzzReport = { seed: random.seed, requests: 0, sockets: 0, answers: new Map(), faults: [] };
  const until = Date.now() + withinMs;
  let signIns = 0;
  let now = await means();
  let made = new FuzzRequests(random, document, now);
  const main = Object.values(now.tokens)[0];
  while (report.requests < requests && Date.now() < until) {
    const asked = made.next();
    const answer = await ask(url, asked);
    note(report, asked, answer);
    if (answer.status === 401 && asked.headers['authorization'] === `Bearer ${Object.values(now.tokens)[0] ?? main}`)
      if ((signIns += 1) <= MOST_SIGN_INS) {
        now = await means();
        made = new FuzzRequests(random, document, now);
      }
    report.requests += 1;
    if (report.requests % PER_SOCKET > 0) continue;
    await fuzzSocket(url, random, now);
    report.sockets += 1;
    const { status } = await ask(url, { operation: '', method: 'GET', path: '/health/live', headers: {} });
    if (status !== 200) report.faults.push(`not alive after request ${report.requests} and a socket`);
    if (status === 0) break;
  }
  return report;
}

interface FuzzAnswer {
  /** 0: none came. */
  status: number;
  bytes: number;
  begin: string;
}

function note(report: FuzzReport, asked: FuzzRequest, { status, bytes, begin }: FuzzAnswer): void {
  const statuses = report.answers.get(asked.operation) ?? new Map<string, number>();
  const kind = status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
  report.answers.set(asked.operation, statuses.set(kind, (statuses.get(kind) ?? 0) + 1));
  if (status > 0 && status < 500 && (status < 400 || bytes <= REFUSAL_BYTES)) return;
  // A body that is too large, or means nothing, is answered before it is read: the answer may be lost with the connection.
  if (status === 0 && Buffer.byteLength(asked.body ?? '') > LARGE_BODY) return;
  const { authorization: _, ...headers } = asked.headers;
  const sent = asked.body === undefined ? '' : ` ${JSON.stringify(asked.body.toString('latin1').slice(0, 300))}`;
  report.faults.push(
    `#${report.requests} ${status} (${bytes} bytes) ${asked.method} ${asked.path.slice(0, 300)} ${JSON.stringify(headers)}${sent} → ${begin}`,
  );
}

function ask(url: string, { method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  return new Promise((resolve) => {
    const none = (why: unknown): void => resolve({ status: 0, bytes: 0, begin: String(why) });
    const { hostname, port } = new URL(url);
    const sent = send({ hostname, port, path: path || '/', method, headers, agent: false }, (response) => {
      let bytes = 0;
      let begin = '';
      const done = (): void => resolve({ status: response.statusCode ?? 0, bytes, begin });
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (begin.length < 300) begin += chunk.toString('utf8', 0, 300);
      });
      response.once('end', done).once('error', done);
    });
    sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error('no answer in time')));
    sent.once('error', none);
    sent.end(body);
  });
}

/** A report as lines: what was asked how often and how it was answered, then what must not be. */
export function fuzzLines({ seed, requests, sockets, answers, faults }: FuzzReport): string[] {
  const classes = ['2xx', '3xx', '4xx', '5xx', 'none'];
  const row = (name: string, cells: (string | number)[]): string =>
    name.padEnd(70) + cells.map((cell) => String(cell).padStart(6)).join('');
  return [
    row('operation', classes),
    ...[...answers]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, found]) =>
        row(
          name,
          classes.map((kind) => found.get(kind) ?? 0),
        ),
      ),
    `Seed ${seed}: ${requests} requests, ${sockets} sockets, ${faults.length} faults.`,
    ...faults,
  ];
}
