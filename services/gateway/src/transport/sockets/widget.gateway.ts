import type { ContactActor } from '@beseda/auth';
import { AppError, appError } from '@beseda/errors';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { Callers } from '../../application/callers.js';
import { Directory } from '../../application/directory.js';
import { MergedContacts } from '../../application/merged-contacts.js';
import { RateLimits } from '../../application/rate-limits.js';
import { VisitorLeases } from '../../application/visitor-leases.js';
import { Backends } from '../../infrastructure/backends.js';
import { EventMapper } from '../mapping/events.js';
import type { EventShape } from '../shapes/dialogs.js';
import type { Heads, Missed } from './feed.js';
import { Link, attach, linkOf, linksIn, refusal, tokenOf } from './link.js';
import { Origins } from './origin.js';
import { contactRoom } from './rooms.js';
import { SocketMetrics } from './socket-metrics.js';

const actorOf = (socket: Socket): ContactActor => (socket.data as { actor: ContactActor }).actor;

/** Sockets of visitors. They get events of their own contact's dialogs and of nothing else. */
@WebSocketGateway({ namespace: '/widget' })
export class WidgetGateway
  implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket>, OnGatewayDisconnect<Socket>
{
  @WebSocketServer() namespace: Namespace;

  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Backends) private readonly backends: Backends,
    @Inject(EventMapper) private readonly events: EventMapper,
    @Inject(Origins) private readonly origins: Origins,
    @Inject(MergedContacts) private readonly merged: MergedContacts,
    @Inject(VisitorLeases) private readonly leases: VisitorLeases,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(SocketMetrics) private readonly metrics: SocketMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (error: unknown) => next(refusal(error)),
      );
    });
  }

  handleConnection(socket: Socket): void {
    const { siteId, id } = actorOf(socket);
    // A merge may have come between the check of the token and now.
    const actor: ContactActor = { kind: 'contact', siteId, id: this.merged.resolve(siteId, id) };
    (socket.data as { actor: ContactActor }).actor = actor;
    const link = new Link({
      socket,
      logger: this.logger,
      metrics: this.metrics,
      fetch: (known) => this.#fetch(actorOf(socket), known),
    });
    attach(socket, link);
    void socket.join(contactRoom(siteId, actor.id));
    this.metrics.sockets.inc({ namespace: 'widget' });
    this.leases.came(siteId, actor.id);
  }

  handleDisconnect(socket: Socket): void {
    this.metrics.sockets.dec({ namespace: 'widget' });
    const { siteId, id } = actorOf(socket);
    this.leases.left(siteId, id);
  }

  @SubscribeMessage('resume')
  resume(@ConnectedSocket() socket: Socket, @MessageBody() payload: unknown): Promise<object | undefined> | undefined {
    return linkOf(socket)?.resume(payload);
  }

  /** An event of a contact's dialog, as the contact may see it, to the contact's own sockets. */
  dispatch(siteId: string, contactId: string, event: EventShape): void {
    for (const [socket, link] of linksIn(this.namespace, contactRoom(siteId, contactId))) {
      const actor = actorOf(socket);
      if (actor.siteId === siteId && actor.id === contactId) link.event(siteId, event);
    }
  }

  /** The sockets of a contact that became part of another one are that one's now, and look for what they do not know. */
  mergeContact(siteId: string, contactId: string, intoContactId: string): void {
    for (const [socket, link] of linksIn(this.namespace, contactRoom(siteId, contactId))) {
      (socket.data as { actor: ContactActor }).actor = { kind: 'contact', siteId, id: intoContactId };
      void socket.leave(contactRoom(siteId, contactId));
      void socket.join(contactRoom(siteId, intoContactId));
      this.leases.left(siteId, contactId);
      this.leases.came(siteId, intoContactId);
      link.resync();
    }
  }

  resyncAll(): void {
    for (const socket of this.namespace.sockets.values()) linkOf(socket)?.resync();
  }

  async #admit(socket: Socket): Promise<void> {
    const presented = await this.callers.contact(tokenOf(socket));
    const actor = await this.#current(presented);
    this.origins.assertSite(socket.handshake.headers, this.directory.requireSite(actor.siteId).domains);
    await this.limits.consume('request', { address: socket.handshake.address, contactId: actor.id });
    socket.data = { actor };
  }

  /** The contact as its owner knows it now: it may have become part of another one before this process started. */
  async #current(actor: ContactActor): Promise<ContactActor> {
    try {
      const request = { contactId: actor.id };
      const { contact } = await this.backends.contacts.call('getContact', request, { actor, deadlineMs: 2_000 });
      return contact ? { ...actor, id: contact.id } : actor;
    } catch (error) {
      // Its owner has never heard of it: the token is of another time. On an outage the token's word is enough.
      if (error instanceof AppError && error.code === 'NOT_FOUND')
        throw appError('UNAUTHENTICATED', 'Open a widget session first: this visitor is not known.', { cause: error });
      return actor;
    }
  }

  async #fetch(actor: ContactActor, known: Heads): Promise<Missed> {
    const { events, heads } = await this.backends.dialogs.call(
      'resume',
      { dialogs: Object.fromEntries(known) },
      { actor },
    );
    return { events: this.events.many(events, 'contact'), heads: new Map(Object.entries(heads)) };
  }
}
