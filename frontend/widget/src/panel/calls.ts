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
      return (api) => api.track({ event, ...(props && typeof props === 'object' ? { props } : {}), at: now });
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
