import { type EventShape, resumeBody } from '@beseda/api';
import { type AppError, checked, toAppError, toProblem } from '@beseda/errors';
import { runInContext } from '@beseda/grpc';
import type { Logger } from '@beseda/service-defaults';
import type { Namespace, Socket } from 'socket.io';
import { Feed, type Heads, type Missed } from './feed.js';
import type { SocketMetrics } from './socket-metrics.js';

/** A lost last message is noticed after this long at the latest; milliseconds. */
const HEADS_MS = 20_000;
/** Packets that may wait for the network before a resume pauses. */
const BUSY_PACKETS = 256;
/** Packets that may wait before the socket is given up: its client comes again and resumes. */
const MAX_PACKETS = 5_000;
/** Resumes of one socket that may wait for each other. */
const MAX_RESUMES = 10;

/** What clients are told beside the events of dialogs. */
export type Push = 'settings.changed' | 'presence' | 'settings';

/** What a socket carries for the server. */
export interface LinkOptions {
  socket: Socket;
  logger: Logger;
  metrics: SocketMetrics;
  fetch: (known: Heads) => Promise<Missed>;
  headsEveryMs?: number;
}

/** One connected client: its feed, its heads, its end. */
export class Link {
  readonly feed: Feed;
  readonly #heads: NodeJS.Timeout;

  constructor(private readonly options: LinkOptions) {
    const { socket, fetch } = options;
    this.feed = new Feed({ emit: (event) => this.#emit('dialog.event', event), room: () => this.#room() }, fetch);
    this.#heads = setInterval(() => this.#tellHeads(), options.headsEveryMs ?? HEADS_MS);
    socket.once('disconnect', () => clearInterval(this.#heads));
  }

  /** Hands an event over, unless it waits for a resume, and says that its dialog changed. */
  event(siteId: string, event: EventShape): void {
    this.feed.live(event);
    this.#emit('dialogs.changed', { siteId, dialogId: event.dialogId, seq: event.seq });
  }

  /** A dialog went out of the client's sight: nothing more is told of it. */
  leave(dialogId: string): void {
    this.feed.leave(dialogId);
  }

  /** One of the further things clients are told: settings, presence. */
  tell(name: Push, payload: object): void {
    this.#emit(name, payload);
  }

  /** Answer to the client's `resume`; undefined where there is none because the socket is closed. */
  async resume(payload: unknown): Promise<object | undefined> {
    const { socket, logger } = this.options;
    try {
      const { dialogs } = checked(resumeBody, payload);
      if (this.feed.busy >= MAX_RESUMES) return;
      const heads = await inContext(() => this.feed.resume(new Map(Object.entries(dialogs))));
      return { dialogs: Object.fromEntries(heads) };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'INVALID_ARGUMENT') return { dialogs: {}, problem: toProblem(error) };
      // Without an answer the client would wait: closed, it comes again or asks over HTTP.
      this.#logFailure(logger, error, 'a resume failed');
      if (socket.connected) this.drop('resume-failed');
      return undefined;
    }
  }

  /** Forget what you take for live: something may have been missed. */
  resync(): void {
    this.#emit('resync', {});
  }

  /** The login or the operator is no more. */
  end(): void {
    this.#emit('session.ended', {});
    this.options.socket.disconnect(true);
  }

  /** Closes the connection in a way that makes clients come again. */
  drop(reason: string): void {
    this.options.metrics.dropped.inc({ reason });
    this.options.socket.conn.close();
  }

  #tellHeads(): void {
    if (this.feed.open.size === 0 || this.feed.busy > 0) return;
    inContext(() => this.feed.check()).then(
      (heads) => this.#emit('heads', { dialogs: Object.fromEntries(heads) }),
      (error: unknown) => this.#logFailure(this.options.logger, toAppError(error), 'heads could not be read'),
    );
  }

  #logFailure(logger: Logger, error: AppError, message: string): void {
    if (!this.options.socket.connected) return;
    logger[error.logLevel]({ err: error.code === 'INTERNAL' ? (error.cause ?? error) : error }, message);
  }

  #emit(name: string, payload: object): void {
    const { socket } = this.options;
    if (!socket.connected) return;
    if (waiting(socket) > MAX_PACKETS) this.drop('too-slow');
    else socket.emit(name, payload);
  }

  async #room(): Promise<void> {
    const { socket } = this.options;
    while (socket.connected && waiting(socket) > BUSY_PACKETS) await drained(socket);
    if (!socket.connected) throw new Error('the socket is gone');
  }
}

const waiting = (socket: Socket): number =>
  (socket.conn as unknown as { writeBuffer?: readonly unknown[] }).writeBuffer?.length ?? 0;

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.conn.off('drain', done);
      socket.off('disconnect', done);
      resolve();
    };
    socket.conn.once('drain', done);
    socket.once('disconnect', done);
  });
}

const inContext = <T>(work: () => Promise<T>): Promise<T> => runInContext({ correlationId: crypto.randomUUID() }, work);

const links = new WeakMap<Socket, Link>();
export const linkOf = (socket: Socket): Link | undefined => links.get(socket);
export const attach = (socket: Socket, link: Link): void => void links.set(socket, link);

/** Links of the sockets in a room of this process. */
export function* linksIn(namespace: Namespace, room: string): Generator<[Socket, Link]> {
  for (const id of [...(namespace.adapter.rooms.get(room) ?? [])]) {
    const socket = namespace.sockets.get(id);
    const link = socket && links.get(socket);
    if (socket && link) yield [socket, link];
  }
}

/** Refuses a connection the way socket.io tells clients: the code as the message, the problem as the data. */
export function refusal(thrown: unknown, logger: Logger): Error & { data: object } {
  const error = toAppError(thrown);
  if (error.code === 'INTERNAL') logger.error({ err: error.cause ?? error }, 'a socket could not be admitted');
  return Object.assign(new Error(error.code), { data: toProblem(error) });
}

/** The token a client presents. */
export function tokenOf(socket: Socket): string | undefined {
  const token: unknown = (socket.handshake.auth as { token?: unknown }).token;
  return typeof token === 'string' && token !== '' ? token : undefined;
}
