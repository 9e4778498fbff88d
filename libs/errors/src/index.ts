/**
 * One root error for the whole product. It is mapped once per edge: HTTP problem+json, gRPC status, socket error.
 *
 * @packageDocumentation
 */
export * from './app-error.js';
export { type FailureClass, isMachineFailure } from './failure-class.js';
export * from './field-errors.js';
export * from './problem.js';
export * from './shape.js';
