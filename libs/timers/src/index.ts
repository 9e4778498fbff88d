/**
 * Work in time: done again and again, or until it succeeds. The only place where it is decided how pauses grow, how they
 * are spread and how what runs is ended.
 *
 * @packageDocumentation
 */
export { type Clock, SYSTEM_CLOCK } from './clock.js';
export { every, type EveryOptions, type Repetition, type TimerLogger } from './every.js';
export { AGAIN, type Backoff, pauseMs, retry, type RetryOptions } from './retry.js';
