import type { EventShape } from '@beseda/api';
import type { ContactActor } from '@beseda/auth';
import { AppError, appError } from '@beseda/errors';
import { LOGGER, type Logger, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
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
import { ResumeLimiter } from '../../application/resume-limiter.js';
import { VisitorLeases } from '../../application/visitor-leases.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { Backends } from '../../infrastructure/backends.js';
import { clientAddress } from '../client-address.js';
import { EventMapper } from '../mapping/events.js';
import type { Heads, Missed } from './feed.js';
import { Link, attach, linkOf, linksIn, refusal, tokenOf } from './link.js';
import { Origins } from './origin.js';
import { contactRoom, visitorsRoom } from './rooms.js';
import { admitEvents } from './socket-events.js';
import { SocketMetrics } from './socket-metrics.js';

/** How the widgets of a site look: what they are told, and the same as a text to compare by. */
export interface Look {
  settings: object;
  text: string;
}

const actorOf = (socket: Socket): ContactActor => (socket.data as { actor: ContactActor }).actor;

/** Sockets of visitors. They get events of their own contact's dialogs and of nothing else. */
@WebSocketGateway({ namespace: '/widget' })
export class WidgetGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket> {
  @WebSocketServer() namespace: Namespace;
  /** How a site's widgets look now; set by whoever knows. */
  lookOf: (siteId: string) => Look | undefined = () => undefined;
  /** What each was told last. */
  readonly #shown = new WeakMap<Link, string>();

  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Backends) private readonly backends: Backends,
    @Inject(EventMapper) private readonly events: EventMapper,
    @Inject(Origins) private readonly origins: Origins,
    @Inject(MergedContacts) private readonly merged: MergedContacts,
    @Inject(VisitorLeases) private readonly leases: VisitorLeases,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(ResumeLimiter) private readonly slots: ResumeLimiter,
    @Inject(SocketMetrics) private readonly metrics: SocketMetrics,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (error: unknown) => next(refusal(error, this.logger)),
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
    admitEvents(socket, '/widget');
    void socket.join([contactRoom(siteId, actor.id), visitorsRoom(siteId)]);
    this.metrics.follow(socket, 'widget');
    const look = this.lookOf(siteId);
    if (look) this.#show(link, look);
    this.leases.came(siteId, actor.id);
    socket.once('disconnect', () => this.leases.left(siteId, actorOf(socket).id));
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

  /** Tells every widget on a site's pages how it looks from now on, unless it knows. */
  show(siteId: string, look: Look): void {
    for (const [, link] of linksIn(this.namespace, visitorsRoom(siteId))) this.#show(link, look);
  }

  #show(link: Link, { settings, text }: Look): void {
    if (this.#shown.get(link) === text) return;
    this.#shown.set(link, text);
    link.tell('settings', { settings });
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
    const { headers, address } = socket.handshake;
    this.origins.assertSite(headers, this.directory.requireSite(presented.siteId).domains);
    const from = clientAddress(headers, address, this.config.trustProxy);
    await this.limits.consume('request', { address: from, contactId: presented.id });
    socket.data = { actor: await this.#current(presented) };
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
    const request = { dialogs: Object.fromEntries(known) };
    const { events, heads } = await this.slots.run(() => this.backends.dialogs.call('resume', request, { actor }));
    return { events: this.events.many(events, 'contact'), heads: new Map(Object.entries(heads)) };
  }
}
