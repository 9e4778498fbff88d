import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApiContract } from './api-contract.js';

/** What stand-ins of the API share: they answer errors alike, and all they say is held against the API. */

/** Answers a problem; `errors` are pairs of path and code. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  errors: readonly (readonly [path: string, code: string])[] = [],
  { retryAfterMs }: { readonly retryAfterMs?: number } = {},
): void {
  const fields = errors.map(([path, one]) => ({ path, code: one, message: one }));
  const list = fields.length > 0 ? { errors: fields } : {};
  response.statusCode = status;
  response.setHeader('content-type', 'application/problem+json');
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail: code, ...list, retryAfterMs }));
}

/** Checks a request to `/api/…` once it is answered; `body` gives what was read of it. */
export function watchHttp(
  contract: ApiContract,
  request: IncomingMessage,
  response: ServerResponse,
  body: () => unknown,
): void {
  const { method = 'GET', url = '/' } = request;
  if (!url.startsWith('/api/')) return;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = ((...args: unknown[]) => {
    const [content] = args;
    const isJson = /json/.test(String(response.getHeader('content-type'))) && content !== undefined;
    const answer: unknown = isJson ? JSON.parse(String(content)) : undefined;
    // 304: as it was answered, and checked, before
    if (response.statusCode !== 304) contract.http({ method, url, body: body(), status: response.statusCode, answer });
    return end(...args);
  }) as ServerResponse['end'];
}

/** Checks all that sockets of a namespace of socket.io are told. */
export function watchSockets(
  contract: ApiContract,
  namespace: {
    on(
      event: 'connection',
      listener: (socket: { onAnyOutgoing(listener: (name: string, payload: unknown) => void): unknown }) => void,
    ): unknown;
  },
): void {
  namespace.on('connection', (socket) => void socket.onAnyOutgoing((name, payload) => contract.socket(name, payload)));
}
