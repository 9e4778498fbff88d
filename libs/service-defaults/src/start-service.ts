import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { ActorGuard, CallContextInterceptor, GrpcErrorFilter, GrpcHealth, grpcServerOptions } from '@beseda/grpc';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestMicroservice } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express } from 'express';
import type { BaseConfig, Env } from './config.js';
import { serveEarlyHealth } from './early-health.js';
import { createLogger, nestLogger } from './logger.js';
import {
  type ServiceContext,
  type ServiceDefinition,
  contextModule,
  createContext,
  grpcDefinitions,
} from './service.js';
import type { Traces } from './traces.js';

/** A service that is up. */
export interface RunningService {
  name: string;
  /** `http://host:port` of its own health and metrics (of everything, for the gateway). */
  httpUrl: string;
  /** `host:port`; absent without gRPC. */
  grpcAddress?: string;
  context: ServiceContext;
  app: NestExpressApplication;
  /** Stops in order: no new work, finish what runs, close. Repeatable. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Collect metrics of the Node process too; off where several services share one. Default true. */
  processMetrics?: boolean;
  /** Everything is up but nothing is listened to yet: what must be waited for before that. */
  beforeListen?(): Promise<void>;
  /** Answer probes on the service's port from the beginning, see {@link serveEarlyHealth}. Default: nobody listens until all is up. */
  earlyHealth?: boolean;
}

class RootModule {}

/** Starts a service: configuration, modules (migrations and consumers start by their hooks), gRPC, HTTP; then it is ready. */
export async function startService<C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  env: Env,
  options: StartOptions = {},
): Promise<RunningService> {
  const config = definition.loadConfig(env, definition.calls);
  const traces = await tracesOf(definition.name, config);
  const context = createContext(definition.name, config, options.processMetrics ?? true, traces?.tracer);
  const root: DynamicModule = { module: RootModule, imports: [contextModule(context), definition.module(context)] };
  const app = await NestFactory.create<NestExpressApplication>(root, {
    logger: nestLogger(context.logger),
    abortOnError: false,
    forceCloseConnections: true,
    bodyParser: false,
  });
  const health = new GrpcHealth();
  const stopEarly = options.earlyHealth ? await serveEarlyHealth(context) : undefined;
  try {
    serveHealth(app, context);
    const grpcAddress = await connectGrpc(app, definition, context, health);
    await definition.configure?.(app, context);
    await app.init();
    await options.beforeListen?.();
    await app.startAllMicroservices();
    await stopEarly?.();
    await app.listen(config.http.port, config.http.host);
    context.health.enter('running');
    health.set(true);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const host = config.http.host === '0.0.0.0' || config.http.host === '::' ? '127.0.0.1' : config.http.host;
    context.logger.info({ port, grpc: grpcAddress }, 'service started');
    return {
      name: definition.name,
      httpUrl: `http://${host}:${port}`,
      ...(grpcAddress === undefined ? {} : { grpcAddress }),
      context,
      app,
      stop: stopOnce(app, context, health, traces),
    };
  } catch (error) {
    // Whatever kept it from starting: close what is open already, then let the caller say why.
    await stopEarly?.();
    await app
      .close()
      .catch((closing: unknown) => context.logger.warn({ err: closing }, 'closing after a failed start'));
    await traces?.close();
    throw error;
  }
}

/** Nothing of the SDK is loaded unless traces are wanted. */
async function tracesOf(name: string, { traces, logLevel }: BaseConfig): Promise<Traces | undefined> {
  if (!traces) return undefined;
  const { startTraces } = await import('./traces.js');
  return startTraces(name, traces, createLogger(name, logLevel));
}

function stopOnce(
  app: NestExpressApplication,
  context: ServiceContext,
  health: GrpcHealth,
  traces: Traces | undefined,
): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    context.health.enter('stopping');
    health.set(false);
    // Nest destroys modules first (consumers stop and drain), then closes the servers, then runs the last hooks.
    await app.close();
    await traces?.close();
    context.logger.info('service stopped');
  };
  return () => (stopping ??= stop());
}

function serveHealth(app: NestExpressApplication, context: ServiceContext): void {
  const express = app.getHttpAdapter().getInstance() as Express;
  express.get('/health/live', (_, res) => res.json({ status: 'live' }));
  express.get('/health/ready', (_, res) => {
    void context.health
      .readiness()
      .then((readiness) => res.status(readiness.status === 'ready' ? 200 : 503).json(readiness));
  });
  express.get('/metrics', (_, res) => {
    void context.registry.metrics().then(
      (text) => res.type(context.registry.contentType).send(text),
      (error: unknown) => {
        context.logger.error({ err: error }, 'metrics could not be collected');
        res.status(500).end();
      },
    );
  });
}

async function connectGrpc(
  app: NestExpressApplication,
  definition: Pick<ServiceDefinition, 'grpc'>,
  context: ServiceContext,
  health: GrpcHealth,
): Promise<string | undefined> {
  const services = grpcDefinitions(definition);
  if (services.length === 0) return undefined;
  const { host, port } = context.config.grpc;
  // Nest does not tell which port it was given, so port 0 is resolved here.
  const address = `${host}:${port === 0 ? await freePort(host) : port}`;
  // Guards and filters must be known before the handlers are bound; the hooks run once, with the application's own.
  const microservice = app.connectMicroservice(grpcServerOptions(services, address, health, context.config.grpcTls), {
    deferInitialization: true,
  }) as NestMicroservice;
  microservice.useGlobalGuards(new ActorGuard(context.keys));
  microservice.useGlobalInterceptors(new CallContextInterceptor(context.tracer));
  microservice.useGlobalFilters(
    new GrpcErrorFilter((level, err, method) => context.logger[level]({ err, method }, 'call failed')),
  );
  microservice.registerListeners();
  microservice.setIsInitialized(true);
  microservice.setIsInitHookCalled(true);
  return address;
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
