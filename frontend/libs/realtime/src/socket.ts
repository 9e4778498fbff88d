import { io } from 'socket.io-client';
import type { DialogEvent, Heads } from './events.js';

/** What a socket tells its connection. */
export type SocketMessage =
  | { readonly kind: 'connected' }
  | { readonly kind: 'closed' }
  /** The server refused the connection; `code` is `NETWORK` when it could not be reached. */
  | { readonly kind: 'refused'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: 'event'; readonly event: DialogEvent }
  | { readonly kind: 'changed'; readonly change: { siteId?: string; dialogId: string; seq?: number } }
  | { readonly kind: 'heads'; readonly dialogs: Heads }
  | { readonly kind: 'resync' }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'ended' };

/** Something the server pushes besides dialogs, e.g. `settings.changed`; lost ones are not repeated, so read anew after a refresh. */
export interface Notice {
  readonly name: string;
  /** As the server sent it; the listener checks what it uses. */
  readonly body: unknown;
}

/** One attempt at a connection: begins at once, never reconnects by itself. */
export interface RealtimeSocket {
  /** `ack` gets the server's heads after everything missed was sent as events. */
  resume(dialogs: Heads, ack: (heads: Heads) => void): void;
  /** Nothing is reported after this. */
  close(): void;
}

/** Makes a socket; tests give a transport of their own. */
export type SocketFactory = (token: string | null, report: (message: SocketMessage) => void) => RealtimeSocket;

/**
 * Sockets of socket.io, websocket only, path `/socket.io`.
 *
 * @param options `url`: origin of the server, empty = the page's; `namespace`: `/widget` or `/operator`; `auth`: sent beside the token;
 *   `notices`: names of further pushes to report
 */
export function socketIoFactory(options: {
  readonly url: string;
  readonly namespace: '/widget' | '/operator';
  readonly auth?: Readonly<Record<string, string>>;
  readonly notices?: readonly string[];
}): SocketFactory {
  return (token, report) => {
    const socket = io(options.url + options.namespace, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { ...options.auth, token },
    });
    socket.on('connect', () => report({ kind: 'connected' }));
    socket.on('disconnect', () => report({ kind: 'closed' }));
    socket.on('connect_error', (error: Error & { data?: { code?: string; retryAfterMs?: number } }) => {
      // a refusal by the server carries its problem; an unreachable server is an Error of the transport
      const wait = error.data?.retryAfterMs;
      report({
        kind: 'refused',
        code: error.data ? (error.data.code ?? error.message) : codeOf(error),
        ...(wait ? { retryAfterMs: wait } : {}),
      });
    });
    socket.on('dialog.event', (event: DialogEvent) => report({ kind: 'event', event }));
    socket.on('dialogs.changed', (change: { siteId?: string; dialogId: string; seq?: number }) =>
      report({ kind: 'changed', change }),
    );
    socket.on('heads', (heads: { dialogs: Heads }) => report({ kind: 'heads', dialogs: heads.dialogs }));
    socket.on('resync', () => report({ kind: 'resync' }));
    for (const name of options.notices ?? []) {
      socket.on(name, (body: unknown) => report({ kind: 'notice', notice: { name, body } }));
    }
    socket.on('session.ended', () => report({ kind: 'ended' }));
    return {
      resume: (dialogs, ack) => {
        socket.emit('resume', { dialogs }, (answer?: { dialogs?: Heads }) => ack(answer?.dialogs ?? {}));
      },
      close: () => {
        socket.off();
        socket.disconnect();
      },
    };
  };
}

function codeOf(error: Error): string {
  return /^[A-Z_]+$/.test(error.message) ? error.message : 'NETWORK';
}
