import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { type Role } from '@beseda/api';
import { Keys, signAccess, signVisitor } from '@beseda/auth';
import { createBus, embeddedAdapter } from '@beseda/bus';
import { adminV1, contactsV1, dialogsV1, routingV1, type settingsV1 } from '@beseda/contracts';
import { type RunningService, startService } from '@beseda/service-defaults';
import { DescribedAnswers, startTestMongo, tempDir, until } from '@beseda/testing';
import { type Socket, io } from 'socket.io-client';
import { gatewayService } from '../service.js';
import { ApiDescription } from '../transport/http/openapi/description.js';
import { FakeAccount } from './fake-account.js';
import { FakeAdmin } from './fake-admin.js';
import { FakeContacts } from './fake-contacts.js';
import { FakeDialogs } from './fake-dialogs.js';
import { FakeLibrary } from './fake-library.js';
import { FakeRouting } from './fake-routing.js';
import { FakeSystem } from './fake-system.js';
import { StandInServer } from './grpc-stand-in.js';

const SECRET = 'gateway-test-secret-'.repeat(3);

/** Everything a test of the gateway needs: the gateway itself over HTTP and sockets, and stand-ins of what is behind it. */
export interface World {
  gateway: RunningService;
  url: string;
  keys: Keys;
  dialogs: FakeDialogs;
  admin: FakeAdmin;
  contacts: FakeContacts;
  account: FakeAccount;
  library: FakeLibrary;
  system: FakeSystem;
  routing: FakeRouting;
  server: StandInServer;
  siteId: string;
  /** Another site, whose operators are strangers here. */
  foreignSiteId: string;
  /** An operator with these roles and an access token. */
  operator(
    roles: Record<string, Role>,
    change?: Partial<settingsV1.OperatorSettings>,
  ): Promise<{ id: string; token: string; sessionId: string }>;
  visitor(siteId?: string): Promise<{ id: string; token: string }>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  socket(namespace: '/operator' | '/widget', auth: object, headers?: Record<string, string>): TestSocket;
  stop(): Promise<void>;
}

export interface CallOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of any route, looked into by tests
  body: any;
  text: string;
}

/** A socket that keeps what it was told. */
export interface TestSocket {
  socket: Socket;
  events: { dialogId: string; seq: number; type: string; [key: string]: unknown }[];
  told: { name: string; payload: Record<string, unknown> }[];
  connected(): Promise<void>;
  refused(): Promise<Error & { data?: { code: string } }>;
  resume(dialogs: Record<string, number>): Promise<{ dialogs: Record<string, number> }>;
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  bytes: Buffer;
}

/** A request as it is written: `fetch` would tidy the path and the headers and unpack the answer. */
export function raw(
  url: string,
  path: string,
  { body, ...options }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString('utf8'), bytes });
      });
    });
    sent.once('error', reject).end(body);
  });
}

/** Pages as small as they can be. */
async function makePages(root: string): Promise<{ console: string; widget: string }> {
  const pages = { console: join(root, 'console'), widget: join(root, 'widget') };
  await mkdir(join(pages.console, 'browser'), { recursive: true });
  await mkdir(join(pages.widget, 'assets'), { recursive: true });
  const files: Record<string, string> = {
    'console/browser/index.html': '<!doctype html><base href="/"><bsd-root></bsd-root>',
    'console/browser/main-ABCD2345.js': 'console',
    'console/browser/theme.js': 'theme',
    'widget/widget.js': 'loader',
    'widget/widget.js.gz': 'packed',
    'widget/panel.html': '<!doctype html>panel',
    'widget/preview.html': '<!doctype html>preview',
    'widget/demo.html': '<script src="/widget.js" data-site="{{siteId}}"></script><p>{{publicUrl}}</p>',
    'widget/assets/panel-94befc2ae4.css': 'p{}',
    'secret.txt': 'not to be read',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(root, name), text)));
  return pages;
}

/** What is behind the gateway: a bus, a database and the stand-ins, listening. */
async function makeBackground(keys: Keys) {
  const [mongo, folder] = [await startTestMongo(), await tempDir()];
  const prefix = `${mongo.dbName('gw')}_`.slice(-40);
  const busPath = `:memory:${randomUUID()}`;
  const bus = createBus({ adapter: embeddedAdapter({ path: busPath }), prefix });
  const dialogs = new FakeDialogs(bus);
  const admin = new FakeAdmin(bus, keys);
  const contacts = new FakeContacts(bus, keys);
  const routing = new FakeRouting(bus);
  const account = new FakeAccount(admin);
  const library = new FakeLibrary(admin);
  const system = new FakeSystem();
  const server = new StandInServer(keys);
  server.add(dialogsV1.DialogsServiceService, dialogs.standIn());
  server.add(contactsV1.ContactsServiceService, contacts.standIn());
  server.add(adminV1.AuthServiceService, admin.auth());
  server.add(adminV1.AdminServiceService, admin.admin());
  server.add(adminV1.AccountServiceService, account.standIn());
  server.add(adminV1.LibraryServiceService, library.standIn());
  server.add(adminV1.SystemServiceService, system.standIn());
  server.add(routingV1.RoutingServiceService, routing.standIn());
  server.add(adminV1.SettingsServiceService, admin.snapshots());
  const address = await server.listen();
  const pages = await makePages(folder.path);
  const env = {
    BESEDA_SECRET: SECRET,
    MONGO_URL: mongo.uri,
    BESEDA_PREFIX: prefix,
    BESEDA_BUS: busPath,
    BESEDA_PORT: '0',
    BESEDA_ADMIN_GRPC: address,
    BESEDA_CONTACTS_GRPC: address,
    BESEDA_DIALOGS_GRPC: address,
    BESEDA_ROUTING_GRPC: address,
    BESEDA_CONSOLE_DIR: pages.console,
    BESEDA_WIDGET_DIR: pages.widget,
    LOG_LEVEL: 'silent',
  };
  const stop = async (): Promise<void> => {
    server.close();
    await bus.close();
    await mongo.stop();
    await folder.remove();
  };
  return { dialogs, admin, contacts, account, library, system, routing, server, env, stop };
}

/**
 * @param env changes of the gateway's environment
 * @param prepare what is there before the gateway starts
 */
export async function makeWorld(
  env: Record<string, string> = {},
  prepare: (behind: Pick<World, 'admin' | 'dialogs' | 'routing'>) => void = () => undefined,
): Promise<World> {
  const keys = new Keys(SECRET);
  const { env: environment, stop, ...behind } = await makeBackground(keys);
  prepare(behind);
  const { admin, contacts } = behind;
  const siteId = (await admin.putSite({ id: '01-site' })).id;
  const foreignSiteId = (await admin.putSite({ id: '02-foreign', name: 'Foreign', domains: ['foreign.example'] })).id;
  const gateway = await startService(gatewayService, { ...environment, ...env }, { processMetrics: false });
  const url = gateway.httpUrl;
  // Every answer of every spec is compared with the description of the API.
  const described = new DescribedAnswers(gateway.app.get(ApiDescription).document());
  const ask = async (method: string, path: string, options?: CallOptions): Promise<Answer> => {
    const answer = await call(url, method, path, options);
    described.check({ method, path, status: answer.status, type: answer.headers.get('content-type') });
    return answer;
  };
  const sockets: Socket[] = [];
  let operators = 0;
  return {
    ...behind,
    gateway,
    url,
    keys,
    siteId,
    foreignSiteId,
    operator: async (roles, change = {}) => {
      const id = `op${(operators += 1)}`;
      const { tokenVersion = 1 } = change;
      await admin.putOperator(id, roles, change);
      const sessionId = `s-${id}`;
      const token = await signAccess(keys, { operatorId: id, sessionId, tokenVersion });
      const known = async (): Promise<boolean> => (await ask('GET', '/api/auth/me', { token })).status !== 401;
      await until(known, { what: 'operator known' });
      return { id, token, sessionId };
    },
    visitor: async (site = siteId) => {
      const { id } = contacts.make(site);
      return { id, token: await signVisitor(keys, { siteId: site, contactId: id }) };
    },
    call: ask,
    socket: (namespace, auth, headers) => {
      const made = connect(url + namespace, auth, headers);
      sockets.push(made.socket);
      return made;
    },
    stop: async () => {
      sockets.forEach((socket) => socket.disconnect());
      await gateway.stop();
      await stop();
    },
  };
}

async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { token, body, headers } = options;
  const form = body instanceof FormData;
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body !== undefined && !form ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: form ? body : typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
}

function connect(url: string, auth: object, extraHeaders: Record<string, string> = {}): TestSocket {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, auth, extraHeaders });
  const events: TestSocket['events'] = [];
  const told: TestSocket['told'] = [];
  socket.onAny((name: string, payload: Record<string, unknown>) => {
    told.push({ name, payload });
    if (name === 'dialog.event') events.push(payload as TestSocket['events'][number]);
  });
  const refused = new Promise<Error>((resolve) => socket.once('connect_error', resolve));
  return {
    socket,
    events,
    told,
    connected: async () => {
      await until(() => socket.connected, { what: 'socket connected' });
    },
    refused: () => refused,
    resume: (dialogs) => socket.timeout(8_000).emitWithAck('resume', { dialogs }) as ReturnType<TestSocket['resume']>,
  };
}
