import { describe, expect, it } from '@jest/globals';
import { ApiError, createApi, isRetryableProblem } from './http.js';

type Step = (url: string, init: RequestInit) => Response | Promise<Response>;

function api(steps: Step[]) {
  const seen: { url: string; init: RequestInit }[] = [];
  const tokens: boolean[] = [];
  const request = createApi({
    baseUrl: 'http://x',
    fetch: (url, init) => {
      seen.push({ url: String(url), init: init ?? {} });
      const step = steps.shift();
      return step
        ? Promise.resolve().then(() => step(String(url), init ?? {}))
        : Promise.reject(new TypeError('no step'));
    },
    token: (refresh) => {
      tokens.push(refresh);
      return Promise.resolve(refresh ? 'new' : 'old');
    },
  });
  return { request, seen, tokens };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers });

async function problem(run: Promise<unknown>) {
  const error = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return (error as ApiError).problem;
}

describe('createApi', () => {
  it('sends JSON with the token and reads JSON', async () => {
    const { request, seen } = api([() => json(200, { seq: 1 })]);
    expect(await request('POST', '/a', { text: 'x' })).toEqual({ seq: 1 });
    expect(seen[0]?.url).toBe('http://x/a');
    expect(seen[0]?.init.headers).toMatchObject({ authorization: 'Bearer old', 'content-type': 'application/json' });
    expect(seen[0]?.init.body).toBe('{"text":"x"}');
  });

  it('refreshes the token once after a 401 and repeats', async () => {
    const { request, seen, tokens } = api([() => json(401, {}), () => json(204, null)]);
    expect(await request('GET', '/a')).toBeUndefined();
    expect(tokens).toEqual([false, true]);
    expect(seen[1]?.init.headers).toMatchObject({ authorization: 'Bearer new' });
  });

  it('gives the problem of the server, with the time to wait', async () => {
    const body = { code: 'RATE_LIMITED', detail: 'slow down', status: 429 };
    const { request } = api([() => json(429, body, { 'retry-after': '3' })]);
    expect(await problem(request('GET', '/a'))).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      detail: 'slow down',
      retryAfterMs: 3_000,
    });
  });

  it('keeps the status of an answer that is no JSON', async () => {
    const { request } = api([
      () => new Response('<html>', { status: 502 }),
      () => new Response('<html>', { status: 200 }),
    ]);
    expect(await problem(request('GET', '/a'))).toMatchObject({ status: 502, code: 'HTTP_502' });
    expect(await problem(request('GET', '/a'))).toMatchObject({ status: 0, code: 'NETWORK' });
  });

  it('tells no network from too slow', async () => {
    const hang: Step = (_url, init) =>
      new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const { request } = api([() => Promise.reject(new TypeError('Failed to fetch')), hang]);
    expect(await problem(request('GET', '/a'))).toMatchObject({ status: 0, code: 'NETWORK' });
    expect(await problem(request('GET', '/a', undefined, { timeoutMs: 20 }))).toMatchObject({
      status: 0,
      code: 'TIMEOUT',
    });
  });

  it('knows which problems may pass', () => {
    const retryable = ([status, code]: [number, string]): boolean => isRetryableProblem({ status, code, detail: '' });
    const cases: [number, string][] = [
      [0, 'NETWORK'],
      [500, 'INTERNAL'],
      [503, 'UNAVAILABLE'],
      [429, 'RATE_LIMITED'],
      [409, 'ABORTED'],
    ];
    expect(cases.map(retryable)).toEqual([true, true, true, true, true]);
    const permanent: [number, string][] = [
      [400, 'INVALID_ARGUMENT'],
      [401, 'UNAUTHENTICATED'],
      [409, 'FAILED_PRECONDITION'],
      [413, 'PAYLOAD_TOO_LARGE'],
      [501, 'UNIMPLEMENTED'],
    ];
    expect(permanent.map(retryable)).toEqual([false, false, false, false, false]);
  });
});
