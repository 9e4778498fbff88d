import { type Actor, type Keys, assertAllowed, verifyActor } from '@beseda/auth';
import type { GrpcServiceDefinition } from '@beseda/contracts';
import { ACTOR_METADATA, CLIENT_ADDRESS_METADATA, CORRELATION_METADATA, toServiceError } from '@beseda/grpc';
import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';

/** A call as a stand-in sees it. */
export interface StandInCall {
  actor: Actor;
  correlationId: string;
  /** Where the request behind the call came from. */
  address: string;
}

/** A call that was let in, with what it asked. */
export interface SeenCall extends StandInCall {
  method: string;
  request: unknown;
}

type Request<M> = M extends { requestSerialize: (value: infer Q) => Buffer } ? Q : never;
type Response<M> = M extends { responseDeserialize: (value: Buffer) => infer R } ? R : never;
/** What a method gives: one message, or for a stream all of them. */
type Given<M> = M extends { responseStream: true } ? Response<M>[] : Response<M>;

/** What a stand-in answers; methods left out are UNIMPLEMENTED. */
export type StandIn<D> = {
  [K in keyof D]?: (request: Request<D[K]>, call: StandInCall) => Given<D[K]> | Promise<Given<D[K]>>;
};

/** A gRPC server with stand-ins that check actor tokens and the permission table as the real services do. */
export class StandInServer {
  readonly #server = new Server();
  readonly #failures = new Map<string, Error>();
  readonly calls: string[] = [];
  readonly seen: SeenCall[] = [];

  constructor(private readonly keys: Keys) {}

  add<D extends object>(definition: D, standIn: StandIn<D>): void {
    const methods = definition as unknown as GrpcServiceDefinition;
    const handlers = Object.entries(methods).flatMap(([name, method]) => {
      const answer = (standIn as Record<string, ((q: unknown, c: StandInCall) => unknown) | undefined>)[name];
      if (!answer) return [];
      return [[name, method.responseStream ? this.#stream(method.path, answer) : this.#unary(method.path, answer)]];
    });
    this.#server.addService(methods as never, Object.fromEntries(handlers) as never);
  }

  /** The next call of a method (`UpdateSite`) fails like this. */
  failOnce(method: string, error: Error): void {
    this.#failures.set(method, error);
  }

  /** The newest call of a method (`UpdateSite`). */
  last(method: string): SeenCall | undefined {
    return this.seen.findLast((call) => call.method === method);
  }

  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(`127.0.0.1:${port}`),
      );
    });
  }

  close(): void {
    this.#server.forceShutdown();
  }

  async #run(
    path: string,
    { request, metadata }: { request: unknown; metadata: Metadata },
    answer: (request: unknown, call: StandInCall) => unknown,
  ): Promise<unknown> {
    const given = (key: string): string | undefined => metadata.get(key)[0]?.toString();
    const actor = await verifyActor(this.keys, given(ACTOR_METADATA));
    assertAllowed(path, actor);
    const method = path.slice(path.lastIndexOf('/') + 1);
    const call = {
      actor,
      correlationId: given(CORRELATION_METADATA) ?? '',
      address: given(CLIENT_ADDRESS_METADATA) ?? '',
    };
    this.calls.push(method);
    this.seen.push({ method, request, ...call });
    const failure = this.#failures.get(method);
    this.#failures.delete(method);
    if (failure) throw failure;
    return answer(request, call);
  }

  #unary(path: string, answer: (request: unknown, call: StandInCall) => unknown) {
    return (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>): void => {
      this.#run(path, call, answer).then(
        (value) => done(null, value),
        (error: unknown) => done(toServiceError(error)),
      );
    };
  }

  #stream(path: string, answer: (request: unknown, call: StandInCall) => unknown) {
    return (call: ServerWritableStream<unknown, unknown>): void => {
      this.#run(path, call, answer).then(
        (values) => {
          for (const value of values as unknown[]) call.write(value);
          call.end();
        },
        (error: unknown) => call.emit('error', toServiceError(error)),
      );
    };
  }
}
