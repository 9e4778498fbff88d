import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';

/** Who signs in at the provider. */
export interface ProviderPerson {
  sub: string;
  email: string;
  email_verified: boolean;
  name?: string;
  groups?: string[];
}

/** A real provider of OpenID Connect on this machine: programs sign in without a form, browsers by one. */
export interface LocalProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Makes somebody known: their `sub` is what they enter into the form (`input[name=login]`, sent by Enter). */
  add(person: ProviderPerson): void;
  /** Goes where the browser is sent and signs in; gives the address the provider sends it back to. */
  signIn(url: string, person: ProviderPerson): Promise<string>;
  /** The same, of somebody who changes their mind. */
  cancel(url: string): Promise<string>;
  /** What it was asked, path by path. */
  readonly asked: string[];
  stop(): Promise<void>;
  /** Listens again on the same port. */
  restart(): Promise<void>;
}

const FORM = '<!doctype html><title>Local provider</title><form><input name="login" autofocus></form>';
const CLIENT = { client_id: 'beseda', client_secret: 'a secret of this test only' };

/**
 * Starts a provider that sends browsers back to `redirectUri` only. It prints warnings that it is none for production.
 * @param redirectUri the address of the client, whole
 */
export async function startLocalProvider(redirectUri: string): Promise<LocalProvider> {
  // Loaded when it is needed: most tests need no provider.
  const { Provider: OidcProvider } = await import('oidc-provider');
  const people = new Map<string, ProviderPerson>();
  const asked: string[] = [];
  let present: ProviderPerson | undefined;
  let server = createServer();
  const port = await listen(server, 0);
  const issuer = `http://127.0.0.1:${port}`;
  const provider = makeProvider(OidcProvider, issuer, redirectUri, people);
  const handle = provider.callback();
  const serve = (to: Server): void => {
    to.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
      asked.push(pathname);
      if (!pathname.startsWith('/interaction/')) return void handle(request, response);
      const isBrowser = (request.headers['user-agent'] ?? '').startsWith('Mozilla');
      const entered = searchParams.get('login');
      if (isBrowser && entered === null) return void response.setHeader('content-type', 'text/html').end(FORM);
      const accountId = isBrowser ? people.get(entered ?? '')?.sub : present?.sub;
      const login = accountId === undefined ? { error: 'access_denied' } : { login: { accountId } };
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
    add: (person) => void people.set(person.sub, person),
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

function makeProvider(
  OidcProvider: typeof Provider,
  issuer: string,
  redirectUri: string,
  people: ReadonlyMap<string, ProviderPerson>,
): Provider {
  return new OidcProvider(issuer, {
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
