import { correlationId } from '@beseda/grpc';
import { TRACEPARENT, type Tracer, openSpan } from '@beseda/tracing';
import type { NextFunction, Request, Response } from 'express';
import { routeOf } from './route-of.js';

/**
 * Here traces begin: each request of the API is a span. A `traceparent` that came along is taken only from behind a trusted
 * proxy, else anybody could decide what is sampled and write into others' traces.
 */
export function traceRequests(
  tracer: Tracer,
  trustParent: boolean,
): (request: Request, response: Response, next: NextFunction) => void {
  return (request, response, next) => {
    if (!request.path.startsWith('/api/')) return next();
    const attributes = { 'http.request.method': request.method, 'beseda.correlation_id': correlationId() };
    const parent = trustParent ? request.get(TRACEPARENT) : undefined;
    const span = openSpan(tracer, { name: request.method, role: 'server', parent, attributes });
    if (!span) return next();
    response.once('close', () => {
      span.name(`${request.method} ${routeOf(request)}`);
      span.set({ 'http.route': routeOf(request), 'http.response.status_code': response.statusCode });
      if (!response.writableFinished) span.fail('connection-closed');
      else if (response.statusCode >= 500) span.fail(String(response.statusCode));
      span.end();
    });
    span.run(next);
  };
}
