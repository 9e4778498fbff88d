import { SOCKET_MESSAGES, resumedSchema, widgetSentSchema } from '@beseda/api';
import { answers } from '@beseda/testing';
import type { AuthorKind, DialogEvent, Heads } from '../events.js';
import { ApiError } from '../http.js';
import type { OutgoingItem, SendResult } from '../send-queue.js';
import type { RealtimeSocket, SocketMessage } from '../socket.js';
import type { VirtualEnv } from './virtual-env.js';

interface Connection {
  report: (message: SocketMessage) => void;
  alive: boolean;
  /** Accepted by the server. */
  joined: boolean;
  open: Heads;
}

/** What the network does, as probabilities 0 to 1. */
export interface Weather {
  duplicate: number;
  reorder: number;
  /** A live event never reaches the client. */
  lose: number;
  /** A resume gets no answer at all. */
  dropAck: number;
  /** A send is stored but its answer is lost. */
  dropAnswer: number;
  /** A send does not reach the server. */
  failSend: number;
}

export const CALM: Weather = { duplicate: 0, reorder: 0, lose: 0, dropAck: 0, dropAnswer: 0, failSend: 0 };

/** A server with one log per dialog behind a bad network, on virtual time. */
export class FakeServer {
  readonly logs = new Map<string, DialogEvent[]>();
  weather: Weather = { ...CALM };
  /** Pause between two events of a resume: a slow line. */
  resumeEveryMs = 0;
  websocket = true;
  http = true;
  refuseTokens = new Set<string>();
  resumes = 0;
  polls = 0;
  connects = 0;
  #connections = new Set<Connection>();
  #sends = new Map<string, SendResult>();

  constructor(readonly env: VirtualEnv) {}

  log(dialogId: string): DialogEvent[] {
    let log = this.logs.get(dialogId);
    if (!log) this.logs.set(dialogId, (log = []));
    return log;
  }

  /** Stores a message and pushes it to every socket. */
  post(dialogId: string, author: AuthorKind, text: string, clientMessageId?: string): DialogEvent {
    const log = this.log(dialogId);
    const seq = log.length + 1;
    const event: DialogEvent = {
      eventId: `${dialogId}-${seq}`,
      dialogId,
      seq,
      type: 'message.posted',
      occurredAt: new Date(this.env.now()).toISOString(),
      actor: { kind: author, id: author },
      payload: {
        messageId: `m-${dialogId}-${seq}`,
        author,
        channel: 'chat',
        sentVia: author === 'contact' ? 'widget' : 'web-console',
        text,
        ...(clientMessageId ? { clientMessageId } : {}),
      },
    };
    log.push(answers(SOCKET_MESSAGES['dialog.event'], event));
    for (const connection of this.#connections)
      if (connection.joined) this.#push(connection, { kind: 'event', event }, true);
    return event;
  }

  /** The send route. */
  readonly send = async (item: OutgoingItem, _signal: AbortSignal): Promise<SendResult> => {
    await this.#wait(20 + this.env.random() * 80);
    if (!this.http || this.env.random() < this.weather.failSend) throw noAnswer();
    const known = this.#sends.get(item.clientMessageId);
    const dialogId = known?.dialogId ?? (item.slot === 'new' ? 'd1' : item.slot);
    const event = known ? null : this.post(dialogId, 'contact', item.text ?? '', item.clientMessageId);
    const seq = event?.seq ?? 0;
    const result = known ?? answers(widgetSentSchema, { dialogId, messageId: `m-${dialogId}-${seq}`, seq });
    this.#sends.set(item.clientMessageId, result);
    if (this.env.random() < this.weather.dropAnswer) {
      await this.#wait(1_000);
      throw noAnswer();
    }
    await this.#wait(20);
    return result;
  };

  /** The resume route. */
  readonly poll = async (dialogs: Heads): Promise<{ events: readonly DialogEvent[]; dialogs: Heads }> => {
    this.polls += 1;
    await this.#wait(30);
    if (!this.http) throw noAnswer();
    return answers(resumedSchema, {
      events: Object.entries(dialogs).flatMap(([id, seq]) => this.log(id).slice(seq, seq + 500)),
      dialogs: this.heads(dialogs),
    });
  };

  heads(dialogs: Heads): Heads {
    return Object.fromEntries(Object.keys(dialogs).map((id) => [id, this.log(id).length]));
  }

  readonly connect = (token: string | null, report: (message: SocketMessage) => void): RealtimeSocket => {
    this.connects += 1;
    const connection: Connection = { report, alive: true, joined: false, open: {} };
    this.#connections.add(connection);
    this.env.setTimeout(() => this.#accept(connection, token), 10 + this.env.random() * 40);
    return {
      resume: (dialogs, ack) => this.#resume(connection, dialogs, ack),
      close: () => {
        connection.alive = false;
        this.#connections.delete(connection);
      },
    };
  };

  /** Cuts every connection; `silent`: the client is not told (a dead peer behind a router). */
  cut(silent = false): void {
    for (const connection of [...this.#connections]) {
      this.#connections.delete(connection);
      const { report, alive } = connection;
      connection.joined = false;
      if (silent) connection.report = () => undefined;
      else if (alive) {
        report({ kind: 'closed' });
        connection.alive = false;
      }
    }
  }

  broadcast(message: SocketMessage): void {
    for (const connection of this.#connections) if (connection.joined) connection.report(message);
  }

  #accept(connection: Connection, token: string | null): void {
    if (!connection.alive || !this.#connections.has(connection)) return;
    if (!this.websocket) return connection.report({ kind: 'refused', code: 'NETWORK' });
    if (token !== null && this.refuseTokens.has(token))
      return connection.report({ kind: 'refused', code: 'UNAUTHENTICATED' });
    connection.joined = true;
    connection.report({ kind: 'connected' });
    this.#heartbeat(connection);
  }

  /** Every 20 s the heads of the open dialogs. */
  #heartbeat(connection: Connection): void {
    this.env.setTimeout(() => {
      if (!connection.joined || !connection.alive) return;
      connection.report({ kind: 'heads', ...answers(SOCKET_MESSAGES.heads, { dialogs: this.heads(connection.open) }) });
      this.#heartbeat(connection);
    }, 20_000);
  }

  #resume(connection: Connection, dialogs: Heads, ack: (heads: Heads) => void): void {
    this.resumes += 1;
    connection.open = dialogs;
    if (this.env.random() < this.weather.dropAck) return;
    this.env.setTimeout(() => {
      if (!connection.joined) return;
      const missed = Object.entries(dialogs).flatMap(([id, seq]) => this.log(id).slice(seq));
      missed.forEach((event, index) => {
        const send = (): void => this.#push(connection, { kind: 'event', event }, false);
        if (this.resumeEveryMs === 0) send();
        else this.env.setTimeout(send, index * this.resumeEveryMs);
      });
      const heads = this.heads(dialogs);
      this.env.setTimeout(() => connection.joined && ack(heads), 30 + missed.length * this.resumeEveryMs);
    }, 10);
  }

  #push(connection: Connection, message: SocketMessage, live: boolean): void {
    const { random } = this.env;
    if (live && random() < this.weather.lose) return;
    const copies = random() < this.weather.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = random() < this.weather.reorder ? random() * 200 : 5;
      this.env.setTimeout(() => connection.joined && connection.report(message), delay);
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.env.setTimeout(resolve, ms));
  }
}

function noAnswer(): ApiError {
  return new ApiError({ status: 0, code: 'NETWORK', detail: 'no answer' });
}
