import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Double } from 'bson';
import type { Doc, Value } from './bson/values.js';
import type { ServerState } from './commands/context.js';
import { dispatch } from './commands/registry.js';
import { asError, isRangeError, MongoError, ofMachine } from './errors.js';
import { formatReply, MessageReader, parseMessage, ProtocolError, type Request } from './wire.js';

/** Called with what goes wrong inside the server (a fault of ours, a full disk), never with a client's mistakes. */
export type OnFault = (error: Error) => void;

/** The TCP side: messages in, answers out after COMMIT. */
export class WireServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly state: ServerState,
    private readonly onFault: OnFault,
  ) {
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Listens and gives the port. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #accept(socket: Socket): void {
    const reader = new MessageReader();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that goes away in the middle (ECONNRESET, EPIPE): 'close' follows and is all that matters.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => this.#take(socket, reader.push(chunk)));
  }

  /** One message after another; while a long command is at work, its connection waits and the others go on. */
  #take(socket: Socket, messages: Generator<Buffer>): void {
    try {
      for (let next = messages.next(); !next.done; next = messages.next()) {
        const work = this.#handle(socket, next.value);
        if (!work) continue;
        socket.pause();
        void work.then(() => {
          socket.resume();
          this.#take(socket, messages);
        });
        return;
      }
    } catch (error) {
      // Not the protocol, or a header that cannot be read (RangeError): this socket only.
      if (!(error instanceof ProtocolError || isRangeError(error))) this.onFault(asError(error));
      socket.destroy();
    }
  }

  /** A promise when the command goes on in later turns. */
  #handle(socket: Socket, message: Buffer): Promise<void> | undefined {
    const head = { requestId: message.readInt32LE(4), legacy: message.readInt32LE(12) === 2004 };
    let request: Request | undefined;
    const reply = (answer: Doc): void => {
      if (request?.silent) return;
      this.state.database.afterCommit((failure) => {
        if (!socket.destroyed) this.#send(socket, head, failure ? this.#errorAnswer(failure) : answer);
      });
    };
    const succeed = (fields: Doc): void => reply(fields.set('ok', new Double(1)));
    const fail = (error: unknown): void => reply(this.#errorAnswer(error));
    let result: Doc | Promise<Doc>;
    try {
      request = parseMessage(message);
      result = dispatch(this.state, request.command);
    } catch (error) {
      if (error instanceof ProtocolError || (request === undefined && isRangeError(error))) throw error;
      return void fail(error);
    }
    return result instanceof Map ? void succeed(result) : result.then(succeed, fail);
  }

  #send(socket: Socket, head: { requestId: number; legacy: boolean }, answer: Doc): void {
    socket.cork();
    for (const part of formatReply(head, answer)) socket.write(part);
    socket.uncork();
  }

  /** MongoError as it is; anything else is a fault and becomes InternalError, so that nobody takes it for success. */
  #errorAnswer(error: unknown): Doc {
    if (!(error instanceof MongoError)) this.onFault(asError(error));
    const known = error instanceof MongoError ? error : (ofMachine(error) ?? new MongoError(1, asError(error).message));
    return new Map<string, Value>([
      ['ok', new Double(0)],
      ['errmsg', known.message],
      ['code', known.code],
      ['codeName', known.codeName],
      ...(known.extra as ReadonlyMap<string, Value>),
    ]);
  }
}
