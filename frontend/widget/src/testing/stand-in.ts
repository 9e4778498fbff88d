import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { Server as SocketServer, type Socket } from 'socket.io';
import { DEFAULT_CHAT_LOOK, resumeBody, type WidgetLook } from '@beseda/api';
import type { DialogEvent } from '@beseda/realtime';
import { ApiContract, sendProblem, watchHttp, watchSockets } from '@beseda/testing';
import { readForm, readJson } from './bodies.js';
import { describe, StandInState, summarise, type StandInFile } from './stand-in-state.js';

const DIST = new URL('../../dist/', import.meta.url);
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };
const PANEL_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";
const DEMO_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'";
const PREVIEW_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const SETTINGS: WidgetLook = {
  siteId: 'site',
  name: 'Лесная тропа',
  ...DEFAULT_CHAT_LOOK,
  greeting: {
    ru: 'Здравствуйте! Поможем подобрать снаряжение и расскажем про доставку. Спрашивайте.',
    en: 'Hello! We help to choose gear and tell about delivery. Ask us anything.',
  },
  maxFileBytes: 2_097_152,
  avatarUrl: null,
  caption: { ru: 'Есть вопрос? Мы на связи', en: 'Questions? We are here' },
  senderName: 'Лесная тропа',
  online: true,
  operators: [
    { id: 'operator-marina', name: 'Марина Лаврова', avatarUrl: null },
    { id: 'operator-timur', name: 'Тимур Гареев', avatarUrl: null },
  ],
  offline: null,
};
const NO_CONTENT = Symbol('no content');

/** A request that was made, for looking at. */
export interface Seen {
  readonly route: string;
  readonly body: Record<string, unknown>;
}

/** Answers `undefined` to let a request through, or what it gets instead. */
export type Fault = (
  route: string,
) => { status: number; code: string; retryAfterMs?: number } | 'drop' | 'drop-answer' | undefined;

/** Plays the gateway for the widget: the routes and the socket it uses, in memory, with faults on request. */
export class StandIn {
  readonly state = new StandInState();
  readonly seen: Seen[] = [];
  /** What session and push say; an older server says less. */
  settings: Record<string, unknown> = { ...SETTINGS };
  contact: Record<string, string | null> = { name: null, email: null, phone: null, userId: null };
  /** A server that knows nothing of later fields refuses them. */
  old = false;
  /** Whether all that is said is held against the API; not where a server of another version is played. */
  checked = true;
  readonly #contract = new ApiContract();
  fault: Fault = () => undefined;
  acceptSockets = true;
  readonly #tokens = new Map<string, string>();

  /** How many visitors there are. */
  get visitors(): number {
    return new Set(this.#tokens.values()).size;
  }
  readonly #http: Server;
  readonly #io: SocketServer;

  private constructor() {
    this.#http = createServer((request, response) => void this.#serve(request, response));
    this.#io = new SocketServer(this.#http, { transports: ['websocket'], path: '/socket.io', serveClient: false });
    const widget = this.#io.of('/widget');
    watchSockets(this.#contract, widget);
    widget.use((socket, next) =>
      next(this.acceptSockets && this.#contactOf(socket) ? undefined : new Error('UNAUTHENTICATED')),
    );
    widget.on('connection', (socket) => this.#onSocket(socket));
    this.state.onEvent = (dialog, event) => {
      widget.to(dialog.contactId).emit('dialog.event', event);
      widget.to(dialog.contactId).emit('dialogs.changed', { siteId: 'site', dialogId: dialog.id, seq: event.seq });
    };
  }

  static async start(): Promise<StandIn> {
    const made = new StandIn();
    await new Promise<void>((resolve) => made.#http.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The visitor whose session was made last. */
  get contactId(): string {
    const last = [...this.#tokens.values()].at(-1);
    if (!last) throw new Error('no visitor yet');
    return last;
  }

  get sockets(): number {
    return this.#io.of('/widget').sockets.size;
  }

  /** Cuts every socket in the middle of whatever it does. */
  cut(): void {
    for (const socket of this.#io.of('/widget').sockets.values()) socket.conn.close();
  }

  /** Every socket stays open and says nothing any more: what a device finds after a long sleep. */
  goSilent(): void {
    for (const socket of this.#io.of('/widget').sockets.values()) {
      for (const room of socket.rooms) void socket.leave(room);
      socket.removeAllListeners('resume');
    }
  }

  /** Somebody changed settings: every widget hears it. */
  push(changes: Record<string, unknown>): void {
    this.settings = { ...this.settings, ...changes };
    this.#io.of('/widget').emit('settings', { settings: this.settings });
  }

  bodies(route: string): Record<string, unknown>[] {
    return this.seen.filter((seen) => seen.route === route).map((seen) => seen.body);
  }

  /** @throws Error that names where the widget or this server differed from the API. */
  async stop(): Promise<void> {
    await this.#io.close();
    this.#http.closeAllConnections();
    if (this.checked) this.#contract.assert();
  }

  #contactOf(socket: Socket): string | undefined {
    return this.#tokens.get(String((socket.handshake.auth as { token?: string }).token));
  }

  #onSocket(socket: Socket): void {
    const contactId = this.#contactOf(socket) ?? '';
    void socket.join(contactId);
    if (!this.old) socket.emit('settings', { settings: this.settings });
    socket.on('resume', (body: { dialogs: Record<string, number> }, ack?: (answer: object) => void) => {
      const { dialogs } = body;
      this.#contract.value('resume of a socket', resumeBody, body);
      const { events, heads } = this.#missed(contactId, dialogs);
      for (const event of events) socket.emit('dialog.event', event);
      ack?.({ dialogs: heads });
    });
  }

  #missed(
    contactId: string,
    dialogs: Record<string, number>,
  ): { events: DialogEvent[]; heads: Record<string, number> } {
    const own = this.state.of(contactId).filter(({ id }) => id in dialogs);
    return {
      events: own.flatMap((dialog) => dialog.events.slice(dialogs[dialog.id])),
      heads: Object.fromEntries(own.map((dialog) => [dialog.id, dialog.events.length])),
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    if (!url.pathname.startsWith('/api/')) return this.#page(url, response);
    const route = `${request.method} ${url.pathname}`;
    const multipart = request.headers['content-type']?.startsWith('multipart/') === true;
    const body = multipart ? await readForm(request) : await readJson(request);
    const { file: _file, ...fields } = body;
    watchHttp(this.#contract, request, response, () => fields);
    const fault = this.fault(route);
    if (fault === 'drop') return void request.socket.destroy();
    if (fault && fault !== 'drop-answer') return sendProblem(response, fault.status, fault.code, [], fault);
    const answer = this.#answer(route, url, { request, body }, response);
    if (fault === 'drop-answer') return void request.socket.destroy();
    if (answer === undefined || response.writableEnded) return;
    response.statusCode = answer === NO_CONTENT ? 204 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(answer === NO_CONTENT ? undefined : JSON.stringify(answer));
  }

  #answer(
    route: string,
    url: URL,
    { request, body }: { request: IncomingMessage; body: Record<string, unknown> },
    response: ServerResponse,
  ): unknown {
    if (route.startsWith('GET /api/avatars/')) return avatar(response, route.split('/').at(-1) ?? '');
    const file = /^GET \/api\/files\/site\/([^/]+)$/.exec(route);
    if (file) return this.#bytes(file[1] ?? '', response);
    this.seen.push({ route, body });
    if (route === 'POST /api/widget/sessions') {
      if (this.old && 'preview' in body) return sendProblem(response, 400, 'INVALID_ARGUMENT');
      return this.#session(body);
    }
    const contactId = this.#tokens.get(request.headers.authorization?.replace('Bearer ', '') ?? '');
    if (!contactId) return sendProblem(response, 401, 'UNAUTHENTICATED');
    return this.#widget(route, url, body, contactId, response);
  }

  #session(body: Record<string, unknown>): unknown {
    const token = this.#tokens.has(String(body['token'])) ? String(body['token']) : randomUUID();
    const contactId = this.#tokens.get(token) ?? randomUUID();
    this.#tokens.set(token, contactId);
    return { token, contactId, settings: { ...this.settings, contact: this.contact } };
  }

  #widget(
    route: string,
    url: URL,
    body: Record<string, unknown>,
    contactId: string,
    response: ServerResponse,
  ): unknown {
    const { state } = this;
    const clientMessageId = String(body['clientMessageId']);
    const dialogId = body['dialogId'] ? { dialogId: String(body['dialogId']) } : {};
    if (route === 'GET /api/widget/dialogs') return { items: state.of(contactId).map(summarise) };
    if (route === 'POST /api/widget/resume') {
      const { events, heads } = this.#missed(contactId, body['dialogs'] as Record<string, number>);
      return { events, dialogs: heads };
    }
    if (route === 'POST /api/widget/messages')
      return state.post(contactId, { clientMessageId, ...dialogId, text: String(body['text']) });
    if (route === 'POST /api/widget/files') {
      const file = body['file'] as StandInFile;
      if (file.bytes.length > Number(this.settings['maxFileBytes']))
        return sendProblem(response, 413, 'PAYLOAD_TOO_LARGE');
      state.files.set(file.id, file);
      return state.post(contactId, { clientMessageId, ...dialogId, file });
    }
    if (route === 'POST /api/widget/auth') return { token: [...this.#tokens.keys()].at(-1), contactId };
    const named = /^(GET|POST) \/api\/widget\/dialogs\/([^/]+)\/(events|receipts|files)/.exec(route);
    const dialog = state.dialogs.get(named?.[2] ?? '');
    if (!dialog) return NO_CONTENT;
    if (named?.[3] === 'files') {
      const file = state.files.get(route.split('/').at(-1) ?? '');
      return file ? { url: describe(file).url } : undefined;
    }
    if (named?.[3] === 'receipts') {
      dialog.readSeq = Math.max(dialog.readSeq, Number(body['readSeq'] ?? 0));
      dialog.deliveredSeq = Math.max(dialog.deliveredSeq, Number(body['deliveredSeq'] ?? 0));
      return NO_CONTENT;
    }
    const before = Number(url.searchParams.get('beforeSeq'));
    const limit = Number(url.searchParams.get('limit'));
    return { events: dialog.events.filter(({ seq }) => seq < before).slice(-limit) };
  }

  #bytes(id: string, response: ServerResponse): undefined {
    const file = this.state.files.get(id);
    if (!file) return void sendProblem(response, 404, 'NOT_FOUND');
    response.setHeader('content-type', file.type);
    response.end(file.bytes);
  }

  async #page(url: URL, response: ServerResponse): Promise<void> {
    const names: Record<string, string> = {
      '/widget.js': 'widget.js',
      '/widget/panel': 'panel.html',
      '/widget/preview': 'preview.html',
      '/demo': 'demo.html',
    };
    const name = names[url.pathname] ?? url.pathname.replace('/widget/', '');
    try {
      let content = await readFile(new URL(name, DIST));
      if (name === 'demo.html') {
        const html = content.toString().replaceAll('{{siteId}}', 'site').replaceAll('{{publicUrl}}', this.url);
        content = Buffer.from(html);
        response.setHeader('content-security-policy', DEMO_CSP);
      }
      if (name === 'panel.html') response.setHeader('content-security-policy', PANEL_CSP);
      if (name === 'preview.html') response.setHeader('content-security-policy', PREVIEW_CSP);
      response.setHeader('content-type', `${TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain'}; charset=utf-8`);
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      response.end(content);
    } catch {
      // ENOENT: no such page
      response.statusCode = 404;
      response.end('not found');
    }
  }
}

/** A square of one colour, named by its red, green and blue in hex. */
function avatar(response: ServerResponse, color: string): undefined {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="#${color}"/></svg>`;
  response.setHeader('content-type', 'image/svg+xml');
  response.end(svg);
}
