import type * as api from '@beseda/api';

type Problem = api.Answer<typeof api.problemSchema>;

/** One field of a request the server did not accept. */
export type FieldProblem = NonNullable<Problem['errors']>[number];

/** What went wrong with a request, in a form that can be stored and shown. `detail` is safe to show, and English. */
export interface ApiProblem extends Pick<Problem, 'detail' | 'errors' | 'retryAfterMs'> {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Code of the server, or `NETWORK` (no answer) or `TIMEOUT`. */
  readonly code: string;
}

/** A request that did not succeed. */
export class ApiError extends Error {
  constructor(readonly problem: ApiProblem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'ApiError';
  }
}

const RETRYABLE_CODES = new Set(['ABORTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RATE_LIMITED']);

/** True when the same request may succeed later: no answer, 5xx but 501, 429, and a lost race (`ABORTED`). */
export function isRetryableProblem(problem: ApiProblem): boolean {
  if (RETRYABLE_CODES.has(problem.code)) return true;
  return problem.status === 0 || problem.status === 429 || (problem.status >= 500 && problem.status !== 501);
}

/** Makes a problem of anything that was thrown; what is no {@link ApiError} counts as "no answer". */
export function toApiProblem(error: unknown): ApiProblem {
  if (error instanceof ApiError) return error.problem;
  return { status: 0, code: 'NETWORK', detail: error instanceof Error ? error.message : String(error) };
}

/** How {@link createApi} reaches the server. */
export interface ApiOptions {
  /** Origin of the API without a trailing slash; empty = same origin. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** The bearer token, or null for none. `refresh` asks for a new one because the last was refused. */
  token(refresh: boolean): Promise<string | null>;
}

/** Extras of one request. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the request is given up; 15,000 unless told. */
  readonly timeoutMs?: number;
  /** Do not send a token, do not refresh. */
  readonly anonymous?: boolean;
}

/** Sends one request; resolves with the parsed JSON body (undefined for 204), rejects with {@link ApiError} only. */
export type ApiRequest = <T>(method: string, path: string, body?: unknown, options?: RequestOptions) => Promise<T>;

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * A small JSON client: bearer token, one refresh after a 401, problem+json errors, time limit.
 * A `FormData` body goes out as it is; anything else as JSON.
 */
export function createApi(options: ApiOptions): ApiRequest {
  const attempt = async (method: string, path: string, body: unknown, o: RequestOptions, refresh: boolean) => {
    const token = o.anonymous ? null : await options.token(refresh);
    const form = typeof FormData !== 'undefined' && body instanceof FormData;
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined && !form) headers['content-type'] = 'application/json';
    const payload = body === undefined ? undefined : form ? body : JSON.stringify(body);
    return await timed(o, (signal) =>
      options.fetch(options.baseUrl + path, {
        method,
        headers,
        ...(payload === undefined ? {} : { body: payload }),
        signal,
      }),
    );
  };
  return async <T>(method: string, path: string, body?: unknown, o: RequestOptions = {}): Promise<T> => {
    let answer = await attempt(method, path, body, o, false);
    if (answer.status === 401 && !o.anonymous) answer = await attempt(method, path, body, o, true);
    if (answer.status >= 400) throw new ApiError(problemOf(answer));
    return answer.body as T;
  };
}

interface Answer {
  status: number;
  retryAfter: string | null;
  body: unknown;
}

/** Runs one fetch, body included, under a time limit and the caller's signal. */
async function timed(o: RequestOptions, run: (signal: AbortSignal) => Promise<Response>): Promise<Answer> {
  const limit = new AbortController();
  const stop = (): void => limit.abort();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, o.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  if (o.signal?.aborted) stop();
  o.signal?.addEventListener('abort', stop);
  try {
    const response = await run(limit.signal);
    const text = response.status === 204 ? '' : await response.text();
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: parse(text, response) };
  } catch (error) {
    // fetch rejects with a TypeError when there is no network and with AbortError when stopped: both mean "no answer"
    if (error instanceof ApiError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new ApiError({ status: 0, code: late ? 'TIMEOUT' : 'NETWORK', detail });
  } finally {
    clearTimeout(timer);
    o.signal?.removeEventListener('abort', stop);
  }
}

function parse(text: string, response: Response): unknown {
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // SyntaxError: a proxy's HTML page; an error keeps its status, a "success" that is no JSON is none
    if (response.status >= 400) return undefined;
    throw new ApiError({ status: 0, code: 'NETWORK', detail: 'The answer is not JSON' });
  }
}

function problemOf(answer: Answer): ApiProblem {
  const body = (answer.body ?? {}) as Partial<ApiProblem>;
  const seconds = Number(answer.retryAfter);
  const retryAfterMs = body.retryAfterMs ?? (answer.retryAfter && seconds >= 0 ? seconds * 1000 : undefined);
  return {
    status: answer.status,
    code: body.code ?? `HTTP_${answer.status}`,
    detail: body.detail ?? `HTTP ${answer.status}`,
    ...(body.errors ? { errors: body.errors } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
