import { Keys } from '@beseda/auth';
import type { GrpcServiceDefinition } from '@beseda/contracts';
import type { Tracer } from '@beseda/tracing';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { Clients } from './clients.js';
import type { BaseConfig, Env } from './config.js';
import { HealthChecks } from './health.js';
import { type Logger, createLogger } from './logger.js';
import { Timers } from './timers.js';
import { KEYS, LOGGER, REGISTRY, SERVICE_CONFIG, SERVICE_CONTEXT } from './tokens.js';

/** What one running service has for itself; also injectable by the tokens and by `HealthChecks`. */
export interface ServiceContext<C extends BaseConfig = BaseConfig> {
  name: string;
  config: C;
  logger: Logger;
  registry: Registry;
  keys: Keys;
  health: HealthChecks;
  /** Makes the service's spans; absent unless traces are configured. */
  tracer?: Tracer | undefined;
}

/** How a service is put together. `main.ts` and the all-in-one start it from this alone. */
export interface ServiceDefinition<C extends BaseConfig = BaseConfig> {
  /** Its name in logs, metrics, groups and actor tokens: `dialogs`. */
  name: string;
  /** Services it calls: where they answer comes from the environment, and `Clients` gives clients of them. */
  calls?: readonly string[];
  /** The only reader of the environment, see `configReader`; throws with the names of wrong keys. */
  loadConfig(env: Env, calls?: readonly string[]): C;
  /** The root module. */
  module(context: ServiceContext<C>): DynamicModule | Type<unknown>;
  /** The gRPC services it answers; none: no gRPC port. */
  grpc?: readonly object[];
  /** Middleware, static files, socket adapter: before the app starts to listen. */
  configure?(app: NestExpressApplication, context: ServiceContext<C>): void | Promise<void>;
}

/** Definitions of {@link ServiceDefinition.grpc} in the shape `@beseda/grpc` takes. */
export const grpcDefinitions = (definition: Pick<ServiceDefinition, 'grpc'>): readonly GrpcServiceDefinition[] =>
  (definition.grpc ?? []) as readonly GrpcServiceDefinition[];

/** Makes the context of a service from its configuration. */
export function createContext<C extends BaseConfig>(
  name: string,
  config: C,
  processMetrics: boolean,
  tracer?: Tracer,
): ServiceContext<C> {
  const registry = new Registry();
  registry.setDefaultLabels({ service: name });
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return {
    name,
    config,
    logger: createLogger(name, config.logLevel),
    registry,
    keys: new Keys(config.secret),
    health: new HealthChecks(),
    tracer,
  };
}

class ServiceDefaultsModule {}

/** A global module that makes the context injectable. */
export const contextModule = (context: ServiceContext): DynamicModule => {
  const providers = [
    { provide: SERVICE_CONTEXT, useValue: context },
    { provide: Clients, useValue: new Clients(context) },
    { provide: Timers, useValue: new Timers(context) },
    { provide: SERVICE_CONFIG, useValue: context.config },
    { provide: LOGGER, useValue: context.logger },
    { provide: REGISTRY, useValue: context.registry },
    { provide: KEYS, useValue: context.keys },
    { provide: HealthChecks, useValue: context.health },
  ];
  return { module: ServiceDefaultsModule, global: true, providers, exports: providers.map((p) => p.provide) };
};
