import { randomUUID } from 'node:crypto';
import { assertShape } from '@beseda/errors';
import { runInContext } from '@beseda/grpc';
import type { ServiceContext } from '@beseda/service-defaults';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { pinoHttp } from 'pino-http';
import { Histogram } from 'prom-client';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { clientAddress } from '../client-address.js';
import { BARE_POLICY } from '../pages/policies.js';
import { REQUEST_DEADLINE_MS } from './deadline.js';
import type { InFlight } from './in-flight.js';
import { ProblemFilter } from './problem.filter.js';
import { traceRequests } from './trace-requests.js';
import { routeOf } from './route-of.js';
import { validationPipe } from './validation.js';

/** Room for 10,000 characters of text however they are written. */
const BODY_LIMIT = '256kb';
const CORRELATION_HEADER = 'x-correlation-id';

/** Less than a packet gains nothing by it; bytes. */
const COMPRESSED_FROM = 1_024;
/** Answers that hold a secret: beside words of a stranger, their length after compression would tell it (BREACH). */
const SECRETIVE = /^\/api\/(auth|account)\/|\/identity-secret/;

/** Everything a request passes before its controller, in order. */
export function configureHttp(
  app: NestExpressApplication,
  context: ServiceContext<GatewayConfig>,
  inFlight: InFlight,
): void {
  const { config, logger } = context;
  const instance = app.getHttpAdapter().getInstance() as Express;
  instance.disable('x-powered-by').set('trust proxy', config.trustProxy);
  // Files have tags of their own; answers of the API are never kept, so theirs would be made for nothing.
  instance.set('etag', () => undefined);
  app.use(
    inFlight.middleware,
    forwardedAddress(config.trustProxy),
    correlate,
    ...(context.tracer ? [traceRequests(context.tracer, config.trustProxy > 0)] : []),
    measure(context),
    pinoHttp({
      logger,
      quietReqLogger: true,
      wrapSerializers: false,
      serializers: { req: () => undefined, res: () => undefined },
      customProps: (request, response) => summary(request as Request, response as Response),
      customLogLevel: (_, response, error) =>
        error || response.statusCode >= 500 ? 'error' : response.statusCode >= 400 ? 'info' : 'debug',
      customSuccessMessage: () => 'request',
      customErrorMessage: () => 'request failed',
      customErrorObject: (request, response) => summary(request as Request, response as Response),
    }),
    helmet({
      contentSecurityPolicy: false,
      // Only where browsers come by https: elsewhere it would lock people out of what works.
      strictTransportSecurity: config.publicUrl?.startsWith('https:') ?? false,
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
    }),
    apiHeaders,
    compression({ threshold: COMPRESSED_FROM, filter: mayCompress }),
    jsonBody,
    bodyShape,
  );
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
}

const readJson = express.json({ limit: BODY_LIMIT });

/** A body means nothing with GET: it is not read, so no such request fails for it. */
function jsonBody(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else readJson(request, response, next);
}

/** Before anything looks into a body: no guard, pipe or schema sees one that is nested without end. */
function bodyShape(request: Request, _: Response, next: NextFunction): void {
  assertShape(request.body);
  next();
}

/** Express takes whatever stands in `X-Forwarded-For`: it gets the one address that may be believed. */
function forwardedAddress(hops: number): (request: Request, response: Response, next: NextFunction) => void {
  return (request, _, next) => {
    if (request.headers['x-forwarded-for'] !== undefined && hops > 0)
      request.headers['x-forwarded-for'] = clientAddress(request.headers, request.socket.remoteAddress ?? '', hops);
    next();
  };
}

/** Lists and descriptions; files have compressed forms of their own, and tokens are given by POST only. */
const mayCompress = (request: Request, response: Response): boolean =>
  request.method === 'GET' &&
  request.path.startsWith('/api/') &&
  !SECRETIVE.test(request.path) &&
  /^application\/json\b/.test(String(response.getHeader('Content-Type')));

/** Calls carry it as a header, which takes printable ASCII only. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

/** Method, route and outcome: no query (signatures), no headers (tokens), no body (people's words). */
function summary(request: Request, response: Response): object {
  return {
    method: request.method,
    route: routeOf(request),
    ...(routeOf(request).includes('*') ? { path: request.path.slice(0, 200) } : {}),
    status: response.statusCode,
    correlationId: response.getHeader(CORRELATION_HEADER),
  };
}

/** A caller may name its correlation id; each request has one, in the answer, in every log line and event that follows. */
function correlate(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(CORRELATION_HEADER);
  const correlationId = given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
  response.set(CORRELATION_HEADER, correlationId);
  const client = { address: request.ip ?? '', userAgent: printable(request.get('user-agent') ?? '') };
  runInContext({ correlationId, client, deadline: Date.now() + REQUEST_DEADLINE_MS }, next);
}

function apiHeaders(request: Request, response: Response, next: NextFunction): void {
  response.set('Content-Security-Policy', BARE_POLICY);
  if (request.path.startsWith('/api/')) response.set('Cache-Control', 'no-store');
  next();
}

function measure({ registry }: ServiceContext): (request: Request, response: Response, next: NextFunction) => void {
  const duration = new Histogram({
    name: 'beseda_gateway_http_seconds',
    help: 'Time to answer a request, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers: [registry],
  });
  return (request, response, next) => {
    const started = performance.now();
    response.once('finish', () => {
      const labels = {
        method: request.method,
        route: routeOf(request),
        status: `${Math.floor(response.statusCode / 100)}xx`,
      };
      duration.observe(labels, (performance.now() - started) / 1_000);
    });
    next();
  };
}
