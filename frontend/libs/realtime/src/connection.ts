import { systemEnv, type RealtimeEnv } from './env.js';
import type { DialogEvent, Heads } from './events.js';
import { Catchup, type OpenTimeline } from './catchup.js';
import { toApiProblem } from './http.js';
import type { Notice, RealtimeSocket, SocketFactory, SocketMessage } from './socket.js';

/** `polling`: no websocket, but the resume route answers every three seconds; `offline`: nothing answers. */
export type ConnectionState = 'connecting' | 'online' | 'polling' | 'offline';

/** Why lists that are not kept by seq should be read again. */
export type RefreshReason = 'connected' | 'resync' | 'poll';

/** How a {@link RealtimeConnection} works. */
export interface ConnectionOptions {
  readonly createSocket: SocketFactory;
  /** The token for the socket; `refresh` because the last one was refused. */
  token(refresh: boolean): Promise<string | null>;
  /** The HTTP resume route: at most 500 events an answer, `dialogs` = the server's heads. */
  poll(dialogs: Heads): Promise<{ events: readonly DialogEvent[]; dialogs: Heads }>;
  /** Each event that came in, from the socket or a poll. Open timelines have it already; `fresh` is false for repeats of those. */
  onEvent?(event: DialogEvent, fresh: boolean): void;
  /** A dialog (open or not) has a new event. */
  onDialogChanged?(change: { siteId?: string; dialogId: string; seq?: number }): void;
  /** One of the further pushes the socket was told to report. */
  onNotice?(notice: Notice): void;
  onState?(state: ConnectionState): void;
  /** After a connect, a resync and each poll: anything but open timelines may have missed something. */
  onRefresh?(reason: RefreshReason): void;
  /** The server ended the session (operator disabled, token revoked); the connection is stopped. */
  onEnded?(): void;
  readonly env?: RealtimeEnv;
}

const TICK_MS = 1_000;
const SLEEP_JUMP_MS = 5_000;
/** The server names its heads every 20 s: a longer silence is a dead socket or a lost message. */
const SILENCE_MS = 30_000;
const POLL_AFTER_MS = 10_000;
const POLL_EVERY_MS = 3_000;
const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_MIN_MS = 300;
const RECONNECT_MAX_MS = 5_000;
const CHECK_TIMEOUT_MS = 3_000;

/**
 * Keeps open timelines complete over one socket: resumes by seq after every connect, on every hole and higher head, notices a
 * sleep, connects again with jitter and polls over HTTP when no websocket can be had.
 */
export class RealtimeConnection {
  readonly #options: ConnectionOptions;
  readonly #env: RealtimeEnv;
  readonly #catchup: Catchup;
  #state: ConnectionState = 'connecting';
  #running = false;
  #socket: RealtimeSocket | null = null;
  #connected = false;
  /** Rises with every attempt; what belongs to an older one is ignored. */
  #attempt = 0;
  #failures = 0;
  #refreshToken = false;
  #downSince = 0;
  #lastTick = 0;
  #lastHeard = 0;
  #timers = new Map<'tick' | 'reconnect' | 'connect' | 'poll', unknown>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#env = options.env ?? systemEnv;
    this.#catchup = new Catchup({
      env: this.#env,
      send: (dialogs, ack) => this.#socket?.resume(dialogs, ack),
      poll: (dialogs) => this.#options.poll(dialogs),
      deliver: (events) => this.#deliver(events),
      onDead: () => this.#cut(true),
      ready: () => this.#connected,
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Connects; also after `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#downSince = this.#env.now();
    this.#lastTick = this.#env.now();
    this.#after('tick', TICK_MS, () => this.#tick());
    this.#connect();
  }

  /** Closes everything; timelines keep what they have. */
  stop(): void {
    this.#running = false;
    for (const handle of this.#timers.values()) this.#env.clearTimeout(handle);
    this.#timers.clear();
    this.#close();
    this.#catchup.stop();
  }

  /** Connects anew with another token (the contact or the operator changed). */
  restart(): void {
    if (!this.#running) return this.start();
    this.#cut(true);
  }

  /** Keeps this timeline complete from its head on. At most the last 50 opened are followed. */
  open(timeline: OpenTimeline): void {
    this.#catchup.open(timeline);
    if (this.#state === 'polling') this.#poll();
  }

  close(dialogId: string): void {
    this.#catchup.close(dialogId);
  }

  /** Asks the server for what the open timelines miss, e.g. after a send answered with a higher seq. */
  resume(): void {
    if (this.#connected) this.#catchup.request();
    else if (this.#state === 'polling') this.#poll();
  }

  /** The page became visible, the network came back, the device woke up: check at once. */
  wake(): void {
    if (!this.#running) return;
    if (this.#connected) return this.#catchup.request(CHECK_TIMEOUT_MS);
    this.#failures = 0;
    this.#connect();
    if (this.#env.now() - this.#downSince >= POLL_AFTER_MS) this.#poll();
  }

  #tick(): void {
    const now = this.#env.now();
    // a timer that is late by seconds, or a clock that moved, means the device slept: the socket may be dead without knowing
    const jumped = Math.abs(now - this.#lastTick - TICK_MS) > SLEEP_JUMP_MS;
    this.#lastTick = now;
    // a clock that was set back would make every wait long
    this.#downSince = Math.min(this.#downSince, now);
    this.#lastHeard = Math.min(this.#lastHeard, now);
    this.#after('tick', TICK_MS, () => this.#tick());
    if (jumped || (this.#connected && this.#catchup.following && now - this.#lastHeard > SILENCE_MS)) {
      this.#lastHeard = now;
      this.wake();
    }
    if (!this.#connected && !this.#env.online() && this.#state !== 'polling') this.#setState('offline');
    if (!this.#connected && now - this.#downSince >= POLL_AFTER_MS && !this.#timers.has('poll')) this.#poll();
  }

  #connect(): void {
    this.#clear('reconnect');
    this.#close();
    const attempt = ++this.#attempt;
    const mine = (): boolean => this.#running && attempt === this.#attempt;
    if (this.#state === 'online') this.#setState('connecting');
    this.#after('connect', CONNECT_TIMEOUT_MS, () => this.#lost());
    const refresh = this.#refreshToken;
    this.#refreshToken = false;
    this.#options.token(refresh).then(
      (token) => {
        if (!mine()) return;
        this.#socket = this.#options.createSocket(token, (message) => {
          if (mine()) this.#onSocket(message);
        });
      },
      (error: unknown) => {
        // the token route failed: no network, or the login is gone (then the owner of `token` stops us)
        if (mine()) this.#lost(toApiProblem(error).retryAfterMs);
      },
    );
  }

  #onSocket(message: SocketMessage): void {
    this.#lastHeard = this.#env.now();
    switch (message.kind) {
      case 'connected':
        this.#clear('connect');
        this.#connected = true;
        return this.#catchup.connected(() => this.#online());
      case 'closed':
        return this.#lost();
      case 'refused':
        if (message.code !== 'UNAUTHENTICATED') return this.#lost(message.retryAfterMs);
        this.#refreshToken = true;
        // the first refusal is an aged token: get another at once; a second one waits like any failure
        return this.#failures++ === 0 ? this.#connect() : this.#lost();
      case 'event':
        this.#deliver([message.event]);
        return this.#catchup.checkHoles();
      case 'changed':
        return this.#options.onDialogChanged?.(message.change);
      case 'heads':
        return this.#catchup.heads(message.dialogs);
      case 'resync':
        this.#catchup.request();
        return this.#options.onRefresh?.('resync');
      case 'notice':
        return this.#options.onNotice?.(message.notice);
      case 'ended':
        this.stop();
        this.#setState('offline');
        return this.#options.onEnded?.();
    }
  }

  #online(): void {
    this.#failures = 0;
    this.#clear('poll');
    this.#setState('online');
    this.#options.onRefresh?.('connected');
  }

  /** Drops the present socket and connects again at once or after the usual pause. */
  #cut(now: boolean): void {
    if (now && this.#running) {
      if (this.#connected) this.#downSince = this.#env.now();
      return this.#connect();
    }
    this.#lost();
  }

  #lost(waitMs = 0): void {
    if (this.#connected) this.#downSince = this.#env.now();
    this.#close();
    this.#attempt += 1;
    if (!this.#running) return;
    if (this.#state === 'online') this.#setState('connecting');
    const ceiling = Math.min(RECONNECT_MAX_MS, 2 * RECONNECT_MIN_MS * 2 ** this.#failures++);
    const delay = RECONNECT_MIN_MS + this.#env.random() * (ceiling - RECONNECT_MIN_MS);
    this.#after('reconnect', Math.max(delay, waitMs), () => this.#connect());
  }

  #close(): void {
    this.#clear('connect');
    if (this.#connected) this.#catchup.disconnected();
    this.#connected = false;
    this.#socket?.close();
    this.#socket = null;
  }

  #poll(): void {
    this.#after('poll', POLL_EVERY_MS, () => {
      this.#clear('poll');
      if (!this.#connected) this.#poll();
    });
    this.#catchup.poll().then(
      () => {
        if (!this.#running || this.#state === 'online') return;
        this.#setState('polling');
        this.#options.onRefresh?.('poll');
      },
      (_error: unknown) => {
        // no answer over HTTP either; the next round tries again
        if (this.#running && !this.#connected) this.#setState('offline');
      },
    );
  }

  #deliver(events: readonly DialogEvent[]): void {
    for (const event of events) {
      const fresh = this.#catchup.apply(event);
      this.#options.onEvent?.(event, fresh);
    }
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  #after(name: 'tick' | 'reconnect' | 'connect' | 'poll', ms: number, run: () => void): void {
    this.#clear(name);
    this.#timers.set(name, this.#env.setTimeout(run, ms));
  }

  #clear(name: 'tick' | 'reconnect' | 'connect' | 'poll'): void {
    this.#env.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
