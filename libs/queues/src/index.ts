/**
 * Who may work when, within one process: one after another per key, or so many at once.
 *
 * @packageDocumentation
 */
export { KeyedQueue, type QueueLimit } from './keyed-queue.js';
export { Limiter } from './limiter.js';
