/**
 * Each service as a process of its own, kept running, on a real Kafka.
 *
 * @packageDocumentation
 */
export type { ServicesReadyLine } from './services.js';
