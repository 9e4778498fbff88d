import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  context,
  createContextKey,
  trace,
} from '@opentelemetry/api';
import { parseTraceparent, toTraceparent } from './traceparent.js';

/** Which side of an exchange a span is. */
export type SpanRole = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

const KIND: Record<SpanRole, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/** What a span is opened with. */
export interface SpanOptions {
  /** Few different ones: a route or a method, never an id. */
  name: string;
  /** Default `internal`. */
  role?: SpanRole;
  /** `traceparent` of the span it follows from, where that one is elsewhere; default: the span of the work going on. */
  parent?: string | undefined;
  /** Never people's words, addresses or tokens: traces leave the installation. */
  attributes?: Attributes;
}

/** Under it the context carries the tracer of the service that works, so that its calls are spans of the same service. */
const TRACER = createContextKey('beseda.tracer');

/** A span that runs until it is ended. */
export class OpenSpan {
  readonly #span: Span;
  readonly #context: Context;

  constructor(tracer: Tracer, { name, role = 'internal', parent, attributes = {} }: SpanOptions) {
    const remote = parseTraceparent(parent);
    const outer =
      parent === undefined ? context.active() : remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
    this.#span = tracer.startSpan(name, { kind: KIND[role], attributes }, outer);
    this.#context = trace.setSpan(outer, this.#span).setValue(TRACER, tracer);
  }

  /** For the header of whatever follows from this span. */
  get traceparent(): string {
    return toTraceparent(this.#span.spanContext());
  }

  /** Runs work inside the span; does not end it. */
  run<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  name(name: string): void {
    this.#span.updateName(name);
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  /** Marks it as failed: by the error's code, else its name. The message may be about people and stays in the log. */
  fail(error: unknown): void {
    this.#span.setAttribute('error.type', typeOf(error));
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.#span.end();
  }
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** Opens a span of a service; undefined, and nothing done, without a tracer. */
export const openSpan = (tracer: Tracer | undefined, options: SpanOptions): OpenSpan | undefined =>
  tracer && new OpenSpan(tracer, options);

/** Opens a span below the one of the work going on, of the same service; undefined outside any. */
export const openChild = (options: SpanOptions): OpenSpan | undefined =>
  openSpan(context.active().getValue(TRACER) as Tracer | undefined, options);

/** Runs work in a span and ends it with the work, be that now or when its promise is settled. Without a span: the work alone. */
export function inSpan<T>(span: OpenSpan | undefined, work: () => T): T {
  if (!span) return work();
  let result: T;
  try {
    result = span.run(work);
  } catch (error) {
    // Whatever it is, it is the caller's; the span only notes it.
    span.fail(error);
    span.end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  const followed = result.then(
    (value: unknown) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      span.fail(error);
      span.end();
      throw error;
    },
  );
  return followed as T;
}

/** Runs work that belongs to no span, whatever span it happens to be called from. */
export const outsideSpans = <T>(work: () => T): T => context.with(ROOT_CONTEXT, work);

/** The span of the work going on as a `traceparent`, to be stored or sent; undefined outside any. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan();
  return span && toTraceparent(span.spanContext());
}

/** Ids of the work going on, as the log writes them; undefined outside any span. */
export function currentTraceIds(): { traceId: string; spanId: string } | undefined {
  const span = trace.getActiveSpan();
  if (!span) return undefined;
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
}
