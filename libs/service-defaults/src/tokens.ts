/** Injection token of the service's typed configuration. */
export const SERVICE_CONFIG = Symbol('SERVICE_CONFIG');
/** Injection token of the service's pino logger. */
export const LOGGER = Symbol('LOGGER');
/** Injection token of the service's prom-client Registry. */
export const REGISTRY = Symbol('REGISTRY');
/** Injection token of `Keys` (`@beseda/auth`). */
export const KEYS = Symbol('KEYS');
/** Injection token of the `ServiceContext`. */
export const SERVICE_CONTEXT = Symbol('SERVICE_CONTEXT');
