import { type Actor, type Keys, signActor } from '@beseda/auth';
import { type GrpcServiceDefinition, grpcServiceName } from '@beseda/contracts';
import { AppError } from '@beseda/errors';
import { retry } from '@beseda/timers';
import { type OpenSpan, TRACEPARENT, currentTraceparent, inSpan, openChild } from '@beseda/tracing';
import { Client, type ClientReadableStream, Metadata } from '@grpc/grpc-js';
import { clientInfo, correlationId, currentContext } from './call-context.js';
import { fromServiceError } from './status.js';
import { type GrpcTls, channelSecurity } from './tls.js';

/** A call waits this long unless told otherwise; milliseconds. */
export const DEFAULT_DEADLINE_MS = 5_000;
export const ACTOR_METADATA = 'beseda-actor';
export const CORRELATION_METADATA = 'beseda-correlation-id';
/** Metadata keys of where the request came from, see `ClientInfo`. */
export const CLIENT_ADDRESS_METADATA = 'beseda-client-address';
export const CLIENT_AGENT_METADATA = 'beseda-client-agent';

export interface GrpcClientOptions {
  /** `host:port`, a comma-separated list of them, or `dns:///name:port`; calls go round robin. */
  address: string;
  /** Sign the actor tokens. */
  keys: Keys;
  /** Short name for errors: `dialogs`. */
  service: string;
  /** Certificates; unset: the connection is plain. */
  tls?: GrpcTls | undefined;
}

export interface CallOptions {
  /** Who acts. */
  actor: Actor;
  /** Milliseconds; never beyond the deadline of the work going on. */
  deadlineMs?: number;
  /** Ask again on UNAVAILABLE and ABORTED until the deadline. Default true: methods are repeatable. */
  retry?: boolean;
}

type Request<M> = M extends { requestSerialize: (value: infer Q) => Buffer } ? Q : never;
type Response<M> = M extends { responseDeserialize: (value: Buffer) => infer R } ? R : never;

/** A client of one gRPC service, typed by its ts-proto definition. */
export interface GrpcClient<D extends object> {
  /** Unary call. Throws {@link AppError}. */
  call<K extends keyof D & string>(method: K, request: Request<D[K]>, options: CallOptions): Promise<Response<D[K]>>;
  /** Server stream, as an async iterable. Throws {@link AppError}. */
  stream<K extends keyof D & string>(
    method: K,
    request: Request<D[K]>,
    options: CallOptions,
  ): AsyncIterable<Response<D[K]>>;
  close(): void;
}

/** Between two attempts of a call. */
const PAUSES = { firstMs: 50, longestMs: 500 };
const SERVICE_CONFIG = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });
/** A restarted server is found again within 0.2 s with these; grpc-js waits 1 s and more by itself. */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // A server that hangs is left after 3.5 s, so that the call is repeated elsewhere before its deadline of 5 s is over.
  'grpc.keepalive_time_ms': 1_500,
  'grpc.keepalive_timeout_ms': 2_000,
  'grpc.service_config': SERVICE_CONFIG,
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
};

const target = (address: string): string => (address.includes(',') ? `ipv4:${address}` : address);

/** Opens a client; the connection is made by the first call and kept. */
export function createGrpcClient<D extends object>(definition: D, options: GrpcClientOptions): GrpcClient<D> {
  const security = channelSecurity(options.address, options.service, options.tls);
  const client = new Client(target(options.address), security.credentials, { ...CHANNEL_OPTIONS, ...security.options });
  const methods = definition as unknown as GrpcServiceDefinition;
  grpcServiceName(methods);
  return {
    call: (method, request, call) =>
      inSpan(spanOf(methods[method]), () => unaryWithRetry(client, methods[method], request, call, options)) as never,
    stream: (method, request, call) => readStream(client, methods[method], request, call, options) as never,
    close: () => client.close(),
  };
}

function deadlineOf(call: CallOptions): number {
  const own = Date.now() + (call.deadlineMs ?? DEFAULT_DEADLINE_MS);
  const outer = currentContext()?.deadline;
  return outer === undefined ? own : Math.min(own, outer);
}

async function metadataFor(call: CallOptions, options: GrpcClientOptions): Promise<Metadata> {
  const metadata = new Metadata({ waitForReady: true });
  metadata.set(ACTOR_METADATA, await signActor(options.keys, call.actor));
  metadata.set(CORRELATION_METADATA, correlationId());
  const { address, userAgent } = clientInfo();
  if (address) metadata.set(CLIENT_ADDRESS_METADATA, address);
  // Metadata is ASCII: what browsers send beyond it is escaped.
  if (userAgent) metadata.set(CLIENT_AGENT_METADATA, encodeURIComponent(userAgent.slice(0, 500)));
  const traceparent = currentTraceparent();
  if (traceparent !== undefined) metadata.set(TRACEPARENT, traceparent);
  return metadata;
}

type Method = GrpcServiceDefinition[string];

/** A call made within a span, repeats included, is a span too; what belongs to none stays without. */
const spanOf = (method: Method | undefined): OpenSpan | undefined =>
  method && openChild({ name: method.path.slice(1), role: 'client', attributes: { 'rpc.system.name': 'grpc' } });

async function unaryWithRetry(
  client: Client,
  method: Method | undefined,
  request: unknown,
  call: CallOptions,
  options: GrpcClientOptions,
): Promise<unknown> {
  const deadline = deadlineOf(call);
  const work = async (): Promise<unknown> => {
    try {
      return await unary(client, method, request, await metadataFor(call, options), deadline);
    } catch (thrown) {
      // Everything leaves here as the product's own error.
      throw thrown instanceof AppError ? thrown : fromServiceError(thrown, options.service);
    }
  };
  return retry(work, { ...PAUSES, until: deadline, while: (error) => call.retry !== false && passes(error) });
}

/** A conflict that the caller must settle says so; a repeat would only be a slower one. */
const passes = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'UNAVAILABLE' || (error.code === 'ABORTED' && error.retryable));

function unary(
  client: Client,
  method: Method | undefined,
  request: unknown,
  metadata: Metadata,
  deadline: number,
): Promise<unknown> {
  const m = known(method);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      m.path,
      m.requestSerialize as never,
      m.responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, value) => (error ? reject(error) : resolve(value)),
    );
  });
}

async function* readStream(
  client: Client,
  method: Method | undefined,
  request: unknown,
  call: CallOptions,
  options: GrpcClientOptions,
): AsyncGenerator<unknown> {
  const m = known(method);
  const metadata = await metadataFor(call, options);
  const stream: ClientReadableStream<unknown> = client.makeServerStreamRequest(
    m.path,
    m.requestSerialize as never,
    m.responseDeserialize,
    request,
    metadata,
    {
      deadline: deadlineOf(call),
    },
  );
  try {
    for await (const item of stream) yield item;
  } catch (thrown) {
    throw fromServiceError(thrown, options.service);
  } finally {
    stream.cancel();
  }
}

function known(method: Method | undefined): Method {
  if (!method) throw new TypeError('no such gRPC method');
  return method;
}
