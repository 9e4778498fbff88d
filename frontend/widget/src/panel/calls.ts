import { isRetryableProblem, toApiProblem } from '@beseda/realtime';
import type { PageCall } from '../shared/protocol.js';
import type { WidgetApi } from './api.js';

/** A request made of something the page said; `auth` answers with the session of the recognised visitor. */
export type PageRequest = (api: WidgetApi) => Promise<{ token: string; contactId: string } | void>;

const OWN_FIELDS = ['name', 'email', 'phone'] as const;

/** Turns a call of the script API into a request; null when it says nothing that could be sent. */
export function toRequest([name, ...args]: PageCall, now: string): PageRequest | null {
  switch (name) {
    case 'identify': {
      const body = identification(args[0]);
      return body ? (api) => api.identify(body) : null;
    }
    case 'auth': {
      const [userId, hmac] = args;
      if ((typeof userId !== 'string' && typeof userId !== 'number') || typeof hmac !== 'string') return null;
      return (api) => api.auth({ userId: String(userId), hmac });
    }
    case 'track': {
      const [event, props] = args;
      if (typeof event !== 'string' || !event) return null;
      const given = props && typeof props === 'object' ? { props: props as Record<string, unknown> } : {};
      return (api) => api.track({ event, ...given, at: now });
    }
  }
}

/**
 * `{name, email, phone, …}`; everything else becomes a property. Also understood: names with `$` in front and lists of
 * `{op, key, value}`, as pages written for Carrot quest have them.
 */
function identification(input: unknown): object | null {
  const pairs = Array.isArray(input) ? input.map(operation) : Object.entries((input ?? {}) as object);
  const body: Record<string, unknown> = {};
  const properties: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    if (!key || value === undefined) continue;
    const plain = key.startsWith('$') ? key.slice(1) : key;
    if ((OWN_FIELDS as readonly string[]).includes(plain)) body[plain] = String(value);
    else if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) properties[plain] = value;
  }
  if (Object.keys(properties).length > 0) body['properties'] = properties;
  return Object.keys(body).length > 0 ? body : null;
}

function operation(entry: unknown): [string, unknown] {
  const { key, value } = (entry ?? {}) as { key?: unknown; value?: unknown };
  return [typeof key === 'string' ? key : '', value];
}

const TRIES = 5;

/** What the page says goes out one after the other; what may pass is tried again a few times. */
export class PageCalls {
  readonly #api: WidgetApi;
  readonly #onSession: (token: string, contactId: string) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(api: WidgetApi, onSession: (token: string, contactId: string) => void) {
    this.#api = api;
    this.#onSession = onSession;
  }

  /** A call of the script API. */
  call(call: PageCall): void {
    const request = toRequest(call, new Date().toISOString());
    if (request) this.run(request);
  }

  run(request: PageRequest): void {
    this.#last = this.#last.then(() => this.#try(request));
  }

  async #try(request: PageRequest): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const session = await request(this.#api);
        if (session) this.#onSession(session.token, session.contactId);
        return;
      } catch (error) {
        // ApiError: a refused call (wrong signature, bad values) is the page's to mend; the others are tried again
        const problem = toApiProblem(error);
        if (!isRetryableProblem(problem) || attempt === TRIES) return;
        await new Promise((resolve) => setTimeout(resolve, Math.max(1_000 * attempt, problem.retryAfterMs ?? 0)));
      }
    }
  }
}
