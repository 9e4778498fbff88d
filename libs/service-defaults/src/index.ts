/**
 * What every service has: boot, configuration, JSON logs with correlation ids, metrics, health, gRPC edge, ordered shutdown.
 *
 * @packageDocumentation
 */
export * from './bus.js';
export * from './clients.js';
export * from './config.js';
export * from './grpc-tls-config.js';
export * from './health.js';
export * from './kafka-config.js';
export * from './logger.js';
export * from './service-module.js';
export * from './service.js';
export * from './start-service.js';
export { type FromStarter, STANDBY, type ToStarter, tellStarter, toStarterSchema } from './starter-channel.js';
export * from './run-service.js';
export * from './timers.js';
export * from './tokens.js';
