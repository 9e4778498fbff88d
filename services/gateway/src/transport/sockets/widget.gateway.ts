import type { EventShape } from '@beseda/api';
import type { ContactActor } from '@beseda/auth';
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
import { Callers, type Visitor } from '../../application/callers.js';
import { Directory } from '../../application/directory.js';
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

const visitorOf = (socket: Socket): Visitor => socket.data as Visitor;
const actorOf = (socket: Socket): ContactActor => visitorOf(socket).actor;

/** Why a connection is closed whose token is not enough any more. */
const REFUSED = 'token';

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
    const link = new Link({
      socket,
      logger: this.logger,
      metrics: this.metrics,
      fetch: (known) => this.#fetch(actorOf(socket), known),
    });
    attach(socket, link);
    admitEvents(socket, '/widget');
    // The visitor may have signed in between the check of the token and now.
    if (!this.callers.stillVisitor(visitorOf(socket))) return link.drop(REFUSED);
    void socket.join([contactRoom(siteId, id), visitorsRoom(siteId)]);
    this.metrics.follow(socket, 'widget');
    const look = this.lookOf(siteId);
    if (look) this.#show(link, look);
    this.leases.came(siteId, id);
    socket.once('disconnect', () => this.leases.left(siteId, id));
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

  /** Cuts sockets in a room off whose token is not enough any more. Their clients come again with the token they have by then. */
  recheck(room: string): void {
    for (const [socket, link] of linksIn(this.namespace, room))
      if (!this.callers.stillVisitor(visitorOf(socket))) link.drop(REFUSED);
  }

  resyncAll(): void {
    for (const socket of this.namespace.sockets.values()) linkOf(socket)?.resync();
  }

  async #admit(socket: Socket): Promise<void> {
    const visitor = await this.callers.visitor(tokenOf(socket));
    const { siteId, id } = visitor.actor;
    const { headers, address } = socket.handshake;
    this.origins.assertSite(headers, this.directory.requireSite(siteId).domains);
    const from = clientAddress(headers, address, this.config.trustProxy);
    await this.limits.consume('request', { address: from, contactId: id });
    socket.data = visitor;
  }

  async #fetch(actor: ContactActor, known: Heads): Promise<Missed> {
    const request = { dialogs: Object.fromEntries(known) };
    const { events, heads } = await this.slots.run(() => this.backends.dialogs.call('resume', request, { actor }));
    return { events: this.events.many(events, 'contact'), heads: new Map(Object.entries(heads)) };
  }
}
