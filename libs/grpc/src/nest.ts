import { type Actor, type Keys, assertAllowed, verifyActor } from '@beseda/auth';
import { toAppError } from '@beseda/errors';
import { TRACEPARENT, type Tracer, openSpan } from '@beseda/tracing';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  createParamDecorator,
} from '@nestjs/common';
import { Observable, tap, throwError } from 'rxjs';
import { type CallContext, type ClientInfo, runInContext } from './call-context.js';
import { ACTOR_METADATA, CLIENT_ADDRESS_METADATA, CLIENT_AGENT_METADATA, CORRELATION_METADATA } from './client.js';
import { toServiceError } from './status.js';

type Call = ServerUnaryCall<unknown, unknown>;
const actors = new WeakMap<Metadata, Actor>();

const metadataOf = (host: ArgumentsHost): Metadata => host.getArgByIndex<Metadata>(1);

/**
 * The verified actor of the gRPC call, as a parameter of a `@GrpcMethod` handler. Beside it the message needs `@Payload()`:
 * once a parameter is decorated, Nest fills only decorated ones.
 */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = actors.get(metadataOf(context));
  if (!actor) throw new TypeError('the actor guard has not run');
  return actor;
});

/** Verifies the actor token of every gRPC call and looks the method up in the permission table. */
export class ActorGuard implements CanActivate {
  constructor(private readonly keys: Keys) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const metadata = metadataOf(context);
    const actor = await verifyActor(this.keys, metadata.get(ACTOR_METADATA)[0]?.toString());
    assertAllowed(context.getArgByIndex<Call>(2).getPath(), actor);
    actors.set(metadata, actor);
    return true;
  }
}

function clientOf(metadata: Metadata): ClientInfo {
  const word = (key: string): string => metadata.get(key)[0]?.toString() ?? '';
  return { address: word(CLIENT_ADDRESS_METADATA), userAgent: decoded(word(CLIENT_AGENT_METADATA)) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // URIError: a caller other than our client did not escape it; shown as it came.
    return text;
  }
}

/** Runs a handler in the caller's correlation id and deadline and, with a tracer, in a span that follows from the caller's. */
export class CallContextInterceptor implements NestInterceptor {
  constructor(private readonly tracer?: Tracer) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const given = metadataOf(context).get(CORRELATION_METADATA)[0]?.toString();
    const deadline = context.getArgByIndex<Call>(2).getDeadline();
    const time = typeof deadline === 'number' ? deadline : deadline.getTime();
    const call: CallContext = {
      correlationId: given ?? crypto.randomUUID(),
      client: clientOf(metadataOf(context)),
      ...(Number.isFinite(time) ? { deadline: time } : {}),
    };
    return this.#traced(
      context,
      new Observable((subscriber) => runInContext(call, () => next.handle().subscribe(subscriber))),
    );
  }

  /** A caller that is in no trace, such as a timer, begins none. */
  #traced(context: ExecutionContext, handled: Observable<unknown>): Observable<unknown> {
    const parent = metadataOf(context).get(TRACEPARENT)[0]?.toString();
    const path = context.getArgByIndex<Call>(2).getPath();
    const attributes = { 'rpc.system.name': 'grpc' };
    const span =
      parent === undefined
        ? undefined
        : openSpan(this.tracer, { name: path.slice(1), role: 'server', parent, attributes });
    if (!span) return handled;
    return new Observable((subscriber) =>
      span.run(() =>
        handled
          .pipe(tap({ error: (error: unknown) => span.fail(error), finalize: () => span.end() }))
          .subscribe(subscriber),
      ),
    );
  }
}

/** Maps every thrown value to a gRPC status, and logs what is not the caller's mistake. */
export class GrpcErrorFilter implements ExceptionFilter {
  constructor(
    private readonly log: (level: 'debug' | 'info' | 'warn' | 'error', error: unknown, method: string) => void,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> {
    const error = toAppError(thrown);
    this.log(
      error.logLevel,
      error.code === 'INTERNAL' ? (error.cause ?? error) : error,
      host.getArgByIndex<Call>(2)?.getPath() ?? 'unknown',
    );
    return throwError(() => toServiceError(error));
  }
}
