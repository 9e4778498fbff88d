/**
 * gRPC on both sides: servers straight from ts-proto definitions with health and reflection, clients with deadlines, actor
 * tokens and mapped errors, and the context of the call being worked on.
 *
 * @packageDocumentation
 */
export * from './call-context.js';
export * from './client.js';
export * from './status.js';
export * from './server.js';
export * from './nest.js';
export * from './tls.js';
