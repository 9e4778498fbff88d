import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { resumeBody } from '@beseda/api';
import { ApiContract, sendProblem as problem, watchHttp, watchSockets } from '@beseda/testing';
import express, { type Express, type Request, type Response } from 'express';
import multer from 'multer';
import { Server as SocketServer } from 'socket.io';
import { accountRoutes, accountWorld, signInRoutes, type AccountWorld } from './stand-in-account.ts';
import { libraryRoutes, type LibraryWorld } from './stand-in-library.ts';
import { peopleRoutes, type People } from './stand-in-people.ts';
import { settingsRoutes, widgetPages, type SettingsStore } from './stand-in-settings.ts';
import { systemRoutes, type SystemWorld } from './stand-in-system.ts';
import { StandInStore, type StoredDialog } from './stand-in-store.ts';

/** What a spec can do to the server to see how the console behaves. */
export interface StandIn {
  readonly url: string;
  readonly store: StandInStore;
  readonly settings: SettingsStore;
  readonly people: People;
  readonly account: AccountWorld;
  readonly system: SystemWorld;
  readonly library: LibraryWorld;
  /** Requests whose path matches answer with this status instead. */
  fail(match: RegExp | null, status?: number): void;
  /** Requests whose path matches wait so many milliseconds. */
  slow(match: RegExp | null, ms?: number): void;
  /** Cuts every socket and refuses new ones while true; HTTP answers 503. */
  down(value: boolean): void;
  endSession(): void;
  /** @throws Error that names where the console or this server differed from the API. */
  stop(): Promise<void>;
}

/** A server that behaves as the gateway does towards the console, in memory, with made-up data. */
export async function startStandIn(options: {
  readonly dist: string;
  readonly empty?: boolean;
  readonly port?: number;
}): Promise<StandIn> {
  const store = new StandInStore(options.empty ?? false);
  const app = express();
  const server = createServer(app);
  const io = new SocketServer(server, { path: '/socket.io', transports: ['websocket'] });
  const state = { fail: null as RegExp | null, failStatus: 503, slow: null as RegExp | null, slowMs: 0, down: false };
  const contract = new ApiContract();
  app.use((req, res, next) => {
    watchHttp(contract, req, res, () => req.body as unknown);
    next();
  });
  app.use((req, res, next) => {
    if (state.down && req.path.startsWith('/api')) return problem(res, 503, 'UNAVAILABLE');
    if (state.fail?.test(req.path))
      return problem(res, state.failStatus, state.failStatus === 404 ? 'NOT_FOUND' : 'UNAVAILABLE');
    if (state.slow?.test(req.path)) return void setTimeout(next, state.slowMs);
    next();
  });
  app.use(express.json());
  const account = accountWorld();
  authRoutes(app, store, account);
  const people = peopleRoutes(app, io, store);
  accountRoutes(app, account, store, people);
  const system = systemRoutes(app);
  const library = libraryRoutes(app, io, store, options.empty ?? false);
  dialogRoutes(app, store);
  contactRoutes(app, store);
  const settings = settingsRoutes(app, io, store.sites[0]?.id ?? '');
  widgetPages(app, join(options.dist, '../../widget/dist'));
  app.use((req, res, next) => {
    res.setHeader(
      'content-security-policy',
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws:; object-src 'none'",
    );
    next();
  });
  app.use(express.static(join(options.dist, 'browser')));
  app.use((_req, res) => res.sendFile('index.html', { root: join(options.dist, 'browser') }));
  sockets(io, store, state, contract);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    store,
    settings,
    people,
    account,
    system,
    library,
    fail: (match, status = 503) => Object.assign(state, { fail: match, failStatus: status }),
    slow: (match, ms = 0) => Object.assign(state, { slow: match, slowMs: ms }),
    down: (value) => {
      state.down = value;
      if (value) io.of('/operator').disconnectSockets(true);
    },
    endSession: () => {
      store.sessions.clear();
      io.of('/operator').emit('session.ended', {});
      io.of('/operator').disconnectSockets();
    },
    stop: async () => {
      await stop(io, server);
      contract.assert();
    },
  };
}

async function stop(io: SocketServer, server: Server): Promise<void> {
  await io.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function authRoutes(app: Express, store: StandInStore, account: AccountWorld): void {
  const grant = (res: Response): void => {
    const token = store.newToken();
    res.setHeader('set-cookie', `beseda_refresh=${token}; HttpOnly; SameSite=Strict; Path=/api/auth`);
    const { locale, theme } = account;
    res.json({ accessToken: token, expiresIn: 600, operator: { ...store.me, locale, theme } });
  };
  signInRoutes(app, account, grant);
  app.post('/api/auth/refresh', (req, res) => {
    const cookie = /beseda_refresh=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
    if (!cookie || !store.sessions.has(cookie)) return problem(res, 401, 'UNAUTHENTICATED');
    grant(res);
  });
  app.post('/api/auth/logout', (_req, res) => void res.status(204).end());
  app.use('/api/sites', (req, res, next) => {
    const token = req.headers.authorization?.replace('Bearer ', '');
    if (!token || !store.sessions.has(token)) return problem(res, 401, 'UNAUTHENTICATED');
    next();
  });
  app.get('/api/sites', (_req, res) => void res.json({ items: store.sites }));
}

function dialogRoutes(app: Express, store: StandInStore): void {
  const base = '/api/sites/:s/dialogs';
  const found = (req: Request, res: Response): StoredDialog | undefined => {
    const dialog = store.dialogs.get(String(req.params['d']));
    if (!dialog) problem(res, 404, 'NOT_FOUND');
    return dialog;
  };
  app.get(base, (req, res) => {
    const query = req.query as Record<string, string>;
    const all = store.list(query);
    const from = Number(query['cursor'] ?? 0);
    const limit = Number(query['limit'] ?? 30);
    res.json({
      items: all.slice(from, from + limit),
      nextCursor: from + limit < all.length ? String(from + limit) : null,
    });
  });
  app.get(`${base}/counts`, (req, res) => {
    const status = (req.query as Record<string, string>)['status'];
    const count = (assignee?: string): number =>
      store.list({ ...(status ? { status } : {}), ...(assignee ? { assignee } : {}) }).length;
    res.json({ all: count(), mine: count('me'), unassigned: count('none') });
  });
  app.post(`${base}/changes`, (req, res) => {
    const { filter, known } = req.body as { filter: Record<string, string>; known: Record<string, number> };
    const all = store.list(filter) as { id: string; seq: number }[];
    const ids = new Set(all.map((row) => row.id));
    res.json({
      changed: all.filter((row) => known[row.id] !== undefined && known[row.id] !== row.seq),
      gone: Object.keys(known).filter((id) => !ids.has(id)),
      first: { items: all.slice(0, 30), nextCursor: all.length > 30 ? '30' : null },
    });
  });
  app.get(`${base}/:d`, (req, res) => {
    const dialog = found(req, res);
    if (dialog) res.json({ ...store.summary(dialog), contact: dialog.contact });
  });
  app.get(`${base}/:d/events`, (req, res) => {
    const dialog = found(req, res);
    if (!dialog) return;
    const limit = Number(req.query['limit'] ?? 100);
    const before = req.query['beforeSeq'] ? Number(req.query['beforeSeq']) : null;
    const after = Number(req.query['afterSeq'] ?? 0);
    const events = before
      ? dialog.events.filter((e) => e.seq < before).slice(-limit)
      : dialog.events.filter((e) => e.seq > after).slice(0, limit);
    res.json({ events });
  });
  app.post(`${base}/:d/messages`, (req, res) => {
    const dialog = found(req, res);
    if (dialog) res.json(store.answer(dialog, req.body.clientMessageId, { text: req.body.text }));
  });
  app.post(`${base}/:d/files`, multer({ limits: { fileSize: 2_097_152 } }).single('file'), (req, res) => {
    const dialog = found(req, res);
    const { file } = req;
    if (!dialog || !file) return;
    const name = Buffer.from(file.originalname, 'latin1').toString('utf8');
    const image = file.mimetype === 'image/png' ? { width: 320, height: 200 } : {};
    res.json(
      store.answer(dialog, req.body.clientMessageId, {
        file: {
          id: `f${Date.now()}`,
          name,
          type: file.mimetype,
          size: file.size,
          url: '/api/files/1/x?e=1&s=1',
          ...image,
        },
      }),
    );
  });
  app.put(`${base}/:d/assignee`, (req, res) => {
    const dialog = found(req, res);
    if (!dialog) return;
    store.assign(dialog, req.body.operatorId);
    res.json({ assigneeId: dialog.assigneeId, seq: dialog.seq });
  });
  app.post(`${base}/:d/close`, (req, res) => {
    const dialog = found(req, res);
    if (dialog) store.setStatus(dialog, 'closed');
    res.status(204).end();
  });
  app.post(`${base}/:d/reopen`, (req, res) => {
    const dialog = found(req, res);
    if (dialog) store.setStatus(dialog, 'open');
    res.status(204).end();
  });
  app.put(`${base}/:d/read`, (req, res) => {
    const dialog = found(req, res);
    if (dialog) dialog.unread = 0;
    res.status(204).end();
  });
  app.get(`${base}/:d/files/:f`, (_req, res) => void res.json({ url: '/api/files/1/x?e=2&s=2' }));
  app.post('/api/sites/:s/resume', (req, res) => void res.json(store.resume(req.body.dialogs)));
  app.get('/api/files/:s/:f', (_req, res) => {
    res
      .type('image/svg+xml')
      .send(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><rect width="320" height="200" fill="#c9c2b6"/><path d="M60 70h180v90H60z" fill="#8b6a4a"/><path d="M60 70h180l-20-24H82z" fill="#a98560"/></svg>',
      );
  });
}

function contactRoutes(app: Express, store: StandInStore): void {
  app.patch('/api/sites/:s/contacts/:c', (req, res) => {
    const dialog = [...store.dialogs.values()].find((d) => d.contact.id === req.params.c);
    if (!dialog) return problem(res, 404, 'NOT_FOUND');
    if (req.body.phone === '000') {
      return problem(res, 400, 'INVALID_ARGUMENT', [['phone', 'invalid']]);
    }
    Object.assign(dialog.contact, req.body);
    const { avatarSeed: _seed, ...card } = dialog.contact;
    res.json(card);
  });
  app.get('/api/sites/:s/contacts/:c/dialogs', (req, res) => {
    const items = [...store.dialogs.values()].filter((d) => d.contact.id === req.params.c).map((d) => store.summary(d));
    res.json({ items: [...items, ...store.others(String(req.params.c))] });
  });
}

function sockets(io: SocketServer, store: StandInStore, state: { down: boolean }, contract: ApiContract): void {
  watchSockets(contract, io.of('/operator'));
  const operators = io.of('/operator');
  operators.use((socket, next) => {
    const token = (socket.handshake.auth as { token?: string }).token ?? '';
    if (state.down) return next(new Error('UNAVAILABLE'));
    if (store.sessions.has(token)) return next();
    next(Object.assign(new Error('UNAUTHENTICATED'), { data: { code: 'UNAUTHENTICATED' } }));
  });
  operators.on('connection', (socket) => {
    socket.on('resume', (body: { dialogs: Record<string, number> }, ack?: (answer: unknown) => void) => {
      contract.value('resume of a socket', resumeBody, body);
      const missed = store.resume(body.dialogs);
      for (const event of missed.events) socket.emit('dialog.event', event);
      ack?.({ dialogs: missed.dialogs });
    });
  });
  store.onEvent = (event) => {
    operators.emit('dialog.event', event);
    operators.emit('dialogs.changed', { siteId: store.sites[0]?.id, dialogId: event.dialogId, seq: event.seq });
  };
}
