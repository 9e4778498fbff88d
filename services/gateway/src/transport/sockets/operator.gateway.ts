import { settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, type OnModuleDestroy } from '@nestjs/common';
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
import { type Change, Directory } from '../../application/directory.js';
import { OperatorLeases } from '../../application/operator-leases.js';
import { SessionEnds } from '../../application/session-ends.js';
import { ResumeSlots } from '../../application/slots.js';
import { Backends } from '../../infrastructure/backends.js';
import { EventMapper } from '../mapping/events.js';
import type { EventShape } from '../shapes/dialogs.js';
import type { Heads, Missed } from './feed.js';
import { Link, attach, linkOf, linksIn, refusal, tokenOf } from './link.js';
import { Origins } from './origin.js';
import { operatorRoom, operatorsRoom, sessionRoom } from './rooms.js';
import { SocketMetrics } from './socket-metrics.js';

/** Who is behind a socket, and for which sites. */
interface OperatorData {
  operatorId: string;
  sessionId: string;
  tokenVersion: number;
  /** Only this site; unset: all of the operator's. */
  onlySite?: string;
  /** Sites whose events it gets, with the role it had when it came. */
  roles: Map<string, string>;
  /** Where a dialog was found. */
  siteOf: Map<string, string>;
}

const dataOf = (socket: Socket): OperatorData => socket.data as OperatorData;

/** Sockets of the console. */
@WebSocketGateway({ namespace: '/operator' })
export class OperatorGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket>, OnModuleDestroy {
  @WebSocketServer() namespace: Namespace;
  #offChange: (() => void) | undefined;

  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Backends) private readonly backends: Backends,
    @Inject(EventMapper) private readonly events: EventMapper,
    @Inject(Origins) private readonly origins: Origins,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(ResumeSlots) private readonly slots: ResumeSlots,
    @Inject(OperatorLeases) private readonly leases: OperatorLeases,
    @Inject(SocketMetrics) private readonly metrics: SocketMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (error: unknown) => next(refusal(error, this.logger)),
      );
    });
    this.#offChange = this.directory.onOperatorChange((change) => this.#operatorChanged(change));
    this.ends.onEnd((sessionId) => this.#end(sessionRoom(sessionId)));
  }

  onModuleDestroy(): void {
    this.#offChange?.();
  }

  handleConnection(socket: Socket): void {
    const data = dataOf(socket);
    const link = new Link({
      socket,
      logger: this.logger,
      metrics: this.metrics,
      fetch: (known) => this.#fetch(data, known),
    });
    attach(socket, link);
    this.metrics.follow(socket, 'operator');
    // Between the check of the token and now the operator may have been disabled.
    if (!this.#stillAdmitted(data)) return link.end();
    void socket.join([operatorRoom(data.operatorId), sessionRoom(data.sessionId)]);
    for (const siteId of data.roles.keys()) {
      void socket.join(operatorsRoom(siteId));
      this.#here(socket, siteId);
    }
  }

  @SubscribeMessage('resume')
  resume(@ConnectedSocket() socket: Socket, @MessageBody() payload: unknown): Promise<object | undefined> | undefined {
    return linkOf(socket)?.resume(payload);
  }

  /** An event of a site, to each operator's socket that may see it. */
  dispatch(siteId: string, event: EventShape): void {
    for (const [socket, link] of linksIn(this.namespace, operatorsRoom(siteId))) {
      if (dataOf(socket).roles.has(siteId)) link.event(siteId, event);
    }
  }

  resyncAll(): void {
    for (const socket of this.namespace.sockets.values()) linkOf(socket)?.resync();
  }

  async #admit(socket: Socket): Promise<void> {
    this.origins.assertOwn(socket.handshake.headers);
    const { operator, sessionId, tokenVersion } = await this.callers.operator(tokenOf(socket));
    const asked: unknown = (socket.handshake.auth as { siteId?: unknown }).siteId;
    const onlySite = typeof asked === 'string' && asked !== '' ? asked : undefined;
    const roles = this.#rolesOf(operator, onlySite);
    if (onlySite !== undefined && roles.size === 0) throw appError('NOT_FOUND', 'There is no such site.');
    const data: OperatorData = { operatorId: operator.id, sessionId, tokenVersion, roles, siteOf: new Map() };
    socket.data = onlySite === undefined ? data : { ...data, onlySite };
  }

  #rolesOf(operator: settingsV1.OperatorSettings, onlySite?: string): Map<string, string> {
    const sites = this.directory.sitesOf(operator).filter(({ site }) => onlySite === undefined || site.id === onlySite);
    return new Map(sites.map(({ site, role }) => [site.id, role]));
  }

  #stillAdmitted(data: OperatorData): boolean {
    return this.callers.stillValid(this.directory.operator(data.operatorId), data);
  }

  #operatorChanged({ id, value }: Change<settingsV1.OperatorSettings>): void {
    for (const [socket, link] of linksIn(this.namespace, operatorRoom(id))) {
      const data = dataOf(socket);
      const roles = value ? this.#rolesOf(value, data.onlySite) : new Map<string, string>();
      const lost = [...data.roles].some(([siteId, role]) => roles.get(siteId) !== role);
      if (!this.#stillAdmitted(data) || lost) {
        link.end();
        continue;
      }
      // A site more: its events come from now on.
      for (const siteId of roles.keys()) {
        if (data.roles.has(siteId)) continue;
        void socket.join(operatorsRoom(siteId));
        this.#here(socket, siteId);
      }
      data.roles = roles;
    }
  }

  /** The operator is there on a site as long as this socket is open. */
  #here(socket: Socket, siteId: string): void {
    const { operatorId } = dataOf(socket);
    this.leases.came(siteId, operatorId);
    socket.once('disconnect', () => this.leases.left(siteId, operatorId));
  }

  #end(room: string): void {
    for (const [, link] of linksIn(this.namespace, room)) link.end();
  }

  /** Asks for what was missed. The service answers for one site at a time; where a dialog is was learnt or is found out. */
  async #fetch(data: OperatorData, known: Heads): Promise<Missed> {
    const operator = this.directory.operator(data.operatorId);
    const found: Missed = { events: [], heads: new Map() };
    for (const siteId of data.roles.keys()) {
      const dialogs = [...known].filter(([id]) => (data.siteOf.get(id) ?? siteId) === siteId && !found.heads.has(id));
      const actor = operator && this.directory.actorOn(operator, siteId);
      if (dialogs.length === 0 || !actor) continue;
      const request = { dialogs: Object.fromEntries(dialogs) };
      const answer = await this.slots.run(() => this.backends.dialogs.call('resume', request, { actor }));
      found.events.push(...this.events.many(answer.events, 'operator'));
      for (const [id, head] of Object.entries(answer.heads)) {
        found.heads.set(id, head);
        data.siteOf.set(id, siteId);
      }
    }
    return found;
  }
}
