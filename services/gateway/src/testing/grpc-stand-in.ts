import { type Actor, type Keys, assertAllowed, verifyActor } from '@beseda/auth';
import type { GrpcServiceDefinition } from '@beseda/contracts';
import { ACTOR_METADATA, CORRELATION_METADATA, toServiceError } from '@beseda/grpc';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';

/** A call as a stand-in sees it. */
export interface StandInCall {
  actor: Actor;
  correlationId: string;
}

type Request<M> = M extends { requestSerialize: (value: infer Q) => Buffer } ? Q : never;
type Response<M> = M extends { responseDeserialize: (value: Buffer) => infer R } ? R : never;

/** What a stand-in answers; methods left out are UNIMPLEMENTED. */
export type StandIn<D> = {
  [K in keyof D]?: (request: Request<D[K]>, call: StandInCall) => Response<D[K]> | Promise<Response<D[K]>>;
};

/** A gRPC server with stand-ins that check actor tokens and the permission table as the real services do. */
export class StandInServer {
  readonly #server = new Server();
  readonly calls: string[] = [];

  constructor(private readonly keys: Keys) {}

  add<D extends object>(definition: D, standIn: StandIn<D>): void {
    const methods = definition as unknown as GrpcServiceDefinition;
    const handlers = Object.entries(methods).flatMap(([name, { path }]) => {
      const answer = (standIn as Record<string, ((q: unknown, c: StandInCall) => unknown) | undefined>)[name];
      return answer ? [[name, this.#handler(path, answer)] as const] : [];
    });
    this.#server.addService(methods as never, Object.fromEntries(handlers));
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

  #handler(path: string, answer: (request: unknown, call: StandInCall) => unknown) {
    return (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>): void => {
      const given = (key: string): string | undefined => call.metadata.get(key)[0]?.toString();
      const run = async (): Promise<unknown> => {
        const actor = await verifyActor(this.keys, given(ACTOR_METADATA));
        assertAllowed(path, actor);
        this.calls.push(path.slice(path.lastIndexOf('/') + 1));
        return answer(call.request, { actor, correlationId: given(CORRELATION_METADATA) ?? '' });
      };
      run().then(
        (value) => done(null, value),
        (error: unknown) => done(toServiceError(error)),
      );
    };
  }
}
