import { type Server, createServer } from 'node:http';
import { appError, toProblem } from '@beseda/errors';
import type { ServiceContext } from './service.js';

/**
 * Answers the probes of a process that is still starting, say because it waits for its topics: alive, not ready, and why.
 * Everything else gets 503. Does nothing where the port is not free: then a predecessor still answers.
 *
 * @returns ends it, so that the service itself can listen
 */
export async function serveEarlyHealth(context: ServiceContext): Promise<() => Promise<void>> {
  const { host, port } = context.config.http;
  if (port === 0) return () => Promise.resolve();
  const server = createServer((request, response) => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'retry-after': '1', connection: 'close' }).end(body);
    };
    if (request.url === '/health/live') return send(200, 'application/json', '{"status":"live"}');
    if (request.url === '/health/ready')
      return void context.health
        .readiness()
        .then((readiness) => send(503, 'application/json', JSON.stringify(readiness)));
    const problem = toProblem(appError('UNAVAILABLE', `${context.name} is starting; try again in a moment.`));
    send(503, 'application/problem+json', JSON.stringify(problem));
  });
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  return listening ? () => closed(server) : () => Promise.resolve();
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
