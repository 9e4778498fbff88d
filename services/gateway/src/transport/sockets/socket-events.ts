import type { Role } from '@beseda/api';
import { appError, toProblem } from '@beseda/errors';
import type { Socket } from 'socket.io';

/** Who may send an event: an operator of at least a role on a site he works for, or a contact about its own dialogs. */
export type SocketAccess = { readonly who: 'operator'; readonly role: Role } | { readonly who: 'contact' };

/**
 * The one table: event of a client, by namespace → who may send it. Sockets of a namespace are admitted by the kind of token it
 * takes; an event without a row is refused for everybody. What is asked about is looked at by the dialogs service, with the
 * actor behind the socket.
 */
export const SOCKET_EVENTS = {
  '/operator': { resume: { who: 'operator', role: 'operator' } },
  '/widget': { resume: { who: 'contact' } },
} as const satisfies Record<string, Readonly<Record<string, SocketAccess>>>;

export type SocketNamespace = keyof typeof SOCKET_EVENTS;

/** Lets only events with a row through. Whoever waits for an answer is told; nobody is cut off for it. */
export function admitEvents(socket: Socket, namespace: SocketNamespace): void {
  const known: object = SOCKET_EVENTS[namespace];
  socket.use(([event, ...rest], next) => {
    if (Object.hasOwn(known, event as string)) return next();
    const answer: unknown = rest.at(-1);
    const problem = toProblem(appError('PERMISSION_DENIED', 'There is nothing of this name to send.'));
    if (typeof answer === 'function') (answer as (refusal: object) => void)({ problem });
  });
}
