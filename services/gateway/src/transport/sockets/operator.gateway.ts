import type { EventShape } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
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
import { ResumeLimiter } from '../../application/resume-limiter.js';
import { Backends } from '../../infrastructure/backends.js';
import { EventMapper } from '../mapping/events.js';
import type { Heads, Missed } from './feed.js';
import { Link, type Push, attach, linkOf, linksIn, refusal, tokenOf } from './link.js';
import { Origins } from './origin.js';
import { operatorRoom, operatorsRoom } from './rooms.js';
import { admitEvents } from './socket-events.js';
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
  /** Which dialogs of them it saw when that last changed. */
  visibilities: Map<string, string>;
  /** Where a dialog was found. */
  siteOf: Map<string, string>;
}

/** A changed team has reached the other services after this long; milliseconds. */
const TEAM_SETTLES_MS = 300;

/** Who looks after a dialog; empty: nobody. */
export interface Care {
  assigneeId: string;
  /** Who did before the event; unset: the event is not about that. */
  previousId?: string;
}

const dataOf = (socket: Socket): OperatorData => socket.data as OperatorData;

/** Sockets of the console. */
@WebSocketGateway({ namespace: '/operator' })
export class OperatorGateway implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket>, OnModuleDestroy {
  @WebSocketServer() namespace: Namespace;
  #off: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Backends) private readonly backends: Backends,
    @Inject(EventMapper) private readonly events: EventMapper,
    @Inject(Origins) private readonly origins: Origins,
    @Inject(ResumeLimiter) private readonly slots: ResumeLimiter,
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
    this.#off = [
      this.directory.onOperatorChange((change) => this.#operatorChanged(change)),
      this.directory.onTeamChange((change) => this.#teamChanged(change)),
    ];
  }

  onModuleDestroy(): void {
    for (const off of this.#off) off();
    for (const timer of this.#timers) clearTimeout(timer);
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
    admitEvents(socket, '/operator');
    this.metrics.follow(socket, 'operator');
    // Between the check of the token and now the operator may have been disabled.
    if (!this.#stillAdmitted(data)) return link.end();
    void socket.join(operatorRoom(data.operatorId));
    for (const siteId of data.roles.keys()) {
      void socket.join(operatorsRoom(siteId));
      this.#here(socket, siteId);
    }
  }

  @SubscribeMessage('resume')
  resume(@ConnectedSocket() socket: Socket, @MessageBody() payload: unknown): Promise<object | undefined> | undefined {
    return linkOf(socket)?.resume(payload);
  }

  /**
   * An event of a site, to each operator's socket that may see it: because the operator sees the dialog now, or because he saw
   * it until this event took it away. Then the socket hears of the dialog no more.
   */
  dispatch(siteId: string, event: EventShape, { assigneeId, previousId }: Care): void {
    for (const [socket, link] of linksIn(this.namespace, operatorsRoom(siteId))) {
      const actor = this.#actorOn(dataOf(socket), siteId);
      if (!actor) continue;
      const sees = this.directory.sees(actor, assigneeId);
      if (sees || (previousId !== undefined && this.directory.sees(actor, previousId))) link.event(siteId, event);
      if (!sees) link.leave(event.dialogId);
    }
  }

  /** Tells every operator's socket of a site. */
  tell(siteId: string, name: Push, payload: object): void {
    for (const [socket, link] of linksIn(this.namespace, operatorsRoom(siteId))) {
      if (this.#actorOn(dataOf(socket), siteId)) link.tell(name, payload);
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
    const { roles, visibilities } = this.#accessOf(operator, onlySite);
    if (onlySite !== undefined && roles.size === 0) throw appError('NOT_FOUND', 'There is no such site.');
    const login = { operatorId: operator.id, sessionId, tokenVersion };
    const data: OperatorData = { ...login, roles, visibilities, siteOf: new Map() };
    socket.data = onlySite === undefined ? data : { ...data, onlySite };
  }

  #accessOf(
    operator: settingsV1.OperatorSettings | undefined,
    onlySite?: string,
  ): Pick<OperatorData, 'roles' | 'visibilities'> {
    const actors = (operator ? this.directory.sitesOf(operator) : [])
      .filter(({ site }) => onlySite === undefined || site.id === onlySite)
      .flatMap(({ site }) => (operator && this.directory.actorOn(operator, site.id)) ?? []);
    return {
      roles: new Map(actors.map(({ siteId, role }) => [siteId, role])),
      visibilities: new Map(actors.map(({ siteId, visibility = 'all' }) => [siteId, visibility])),
    };
  }

  /** The operator behind a socket as he may act on a site now; undefined when the socket does not serve that site. */
  #actorOn({ operatorId, roles }: OperatorData, siteId: string): OperatorActor | undefined {
    const operator = roles.has(siteId) ? this.directory.operator(operatorId) : undefined;
    return operator && this.directory.actorOn(operator, siteId);
  }

  #stillAdmitted(data: OperatorData): boolean {
    return this.callers.stillValid(this.directory.operator(data.operatorId), data);
  }

  #operatorChanged({ id, value }: Change<settingsV1.OperatorSettings>): void {
    for (const [socket, link] of linksIn(this.namespace, operatorRoom(id))) {
      const data = dataOf(socket);
      const { roles, visibilities } = this.#accessOf(value, data.onlySite);
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
      const otherwise = [...data.visibilities].some(([siteId, visibility]) => visibilities.get(siteId) !== visibility);
      data.roles = roles;
      data.visibilities = visibilities;
      // The same person sees other dialogs: the client loads its lists anew and asks what its open dialogs are to it now.
      if (otherwise) link.resync();
    }
  }

  /**
   * Members of a team, those who left it too, may see other dialogs than before. Live events go by the new team at once; lists
   * are loaded from the dialogs service, which hears of the team by itself.
   */
  #teamChanged({ siteId, value, previous }: Change<settingsV1.TeamSettings>): void {
    const members = new Set([...(value?.operatorIds ?? []), ...(previous?.operatorIds ?? [])]);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#resyncTeam(siteId, members);
    }, TEAM_SETTLES_MS);
    this.#timers.add(timer.unref());
  }

  #resyncTeam(siteId: string, members: ReadonlySet<string>): void {
    for (const operatorId of members) {
      for (const [socket, link] of linksIn(this.namespace, operatorRoom(operatorId)))
        if (this.#actorOn(dataOf(socket), siteId)?.visibility === 'team') link.resync();
    }
  }

  /** The operator is there on a site as long as this socket is open. */
  #here(socket: Socket, siteId: string): void {
    const { operatorId } = dataOf(socket);
    this.leases.came(siteId, operatorId);
    socket.once('disconnect', () => this.leases.left(siteId, operatorId));
  }

  /** Asks for what was missed. The service answers for one site at a time; where a dialog is was learnt or is found out. */
  async #fetch(data: OperatorData, known: Heads): Promise<Missed> {
    const found: Missed = { events: [], heads: new Map() };
    for (const siteId of data.roles.keys()) {
      const dialogs = [...known].filter(([id]) => (data.siteOf.get(id) ?? siteId) === siteId && !found.heads.has(id));
      const actor = this.#actorOn(data, siteId);
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
