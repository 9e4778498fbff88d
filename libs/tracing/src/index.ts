/**
 * Spans at the edges of services, and how they follow from each other over processes. It knows OpenTelemetry's API only:
 * without a tracer nothing is made, and nothing of the SDK is loaded.
 *
 * @packageDocumentation
 */
export type { Tracer } from '@opentelemetry/api';
export {
  OpenSpan,
  type SpanOptions,
  type SpanRole,
  currentTraceIds,
  currentTraceparent,
  inSpan,
  openChild,
  openSpan,
  outsideSpans,
} from './span.js';
export { TRACEPARENT, parseTraceparent, toTraceparent } from './traceparent.js';
