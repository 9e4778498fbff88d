import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** Who signs in at the provider. */
export interface Person {
  sub: string;
  email: string;
  email_verified: boolean;
  name?: string;
  groups?: string[];
}

/** A real provider of OpenID Connect on this machine, at which a person signs in without a form. */
export interface LocalProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Goes where the browser is sent and signs in; gives the address the provider sends it back to. */
  signIn(url: string, person: Person): Promise<string>;
  /** The same, of somebody who changes their mind. */
  cancel(url: string): Promise<string>;
  /** What it was asked, path by path. */
  readonly asked: string[];
  stop(): Promise<void>;
  /** Listens again on the same port. */
  restart(): Promise<void>;
}

const CLIENT = { client_id: 'beseda', client_secret: 'a secret of this test only' };

export async function startLocalProvider(redirectUri: string): Promise<LocalProvider> {
  const people = new Map<string, Person>();
  const asked: string[] = [];
  let present: Person | undefined;
  let server = createServer();
  const port = await listen(server, 0);
  const issuer = `http://127.0.0.1:${port}`;
  const provider = makeProvider(issuer, redirectUri, people);
  const handle = provider.callback();
  const serve = (to: Server): void => {
    to.on('request', (request, response) => {
      asked.push(new URL(request.url ?? '/', issuer).pathname);
      if (!request.url?.startsWith('/interaction/')) return void handle(request, response);
      const login = present ? { login: { accountId: present.sub } } : { error: 'access_denied' };
      provider
        .interactionFinished(request, response, login)
        .catch((error: unknown) => response.destroy(error as Error));
    });
  };
  serve(server);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    ...{ issuer, clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret, asked },
    signIn: (url, person) => {
      people.set(person.sub, person);
      present = person;
      return browse(url, redirectUri);
    },
    cancel: (url) => {
      present = undefined;
      return browse(url, redirectUri);
    },
    stop: close,
    restart: async () => {
      server = createServer();
      serve(server);
      await listen(server, port);
    },
  };
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

function makeProvider(issuer: string, redirectUri: string, people: ReadonlyMap<string, Person>): Provider {
  return new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of this test only'] },
    findAccount: (_, id) => {
      const person = people.get(id);
      return person && { accountId: id, claims: () => ({ ...person }) };
    },
    // Whoever signs in has agreed: no form for that either.
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        ...(client ? { clientId: client.clientId } : {}),
        ...(session?.accountId === undefined ? {} : { accountId: session.accountId }),
      });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
  });
}

/** Follows redirects as a browser does, with cookies, until it is sent back to the client. */
async function browse(start: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop < 10; hop++) {
    if (url.startsWith(redirectUri)) return url;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0]?.split('=', 2) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
  throw new Error('the provider sends the browser in circles');
}
