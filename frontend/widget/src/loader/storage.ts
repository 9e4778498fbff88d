import type { InitMessage } from '../shared/protocol.js';

/** What the page keeps for the frame, which may have no storage of its own. */
export interface PageStore {
  all(): Pick<InitMessage, 'token' | 'stored'>;
  set(key: string, value: string | null): void;
  /** Forgets everything of this site's visitor. */
  clear(): void;
}

const TOKEN = 'token';
/** Browsers cap cookies at 400 days. */
const COOKIE_AGE_S = 34_560_000;

/**
 * localStorage of the page; where it is blocked the token alone goes to a cookie, and where that is blocked too everything lives
 * as long as the page.
 */
export function pageStore(siteId: string): PageStore {
  const prefix = `beseda:${siteId}:`;
  const cookie = `beseda_${siteId.replace(/[^\w-]/g, '_')}`;
  const memory = new Map<string, string>();
  const storage = openStorage();
  const keys = (): string[] => Object.keys(storage ?? {}).filter((key) => key.startsWith(prefix));
  for (const key of keys()) memory.set(key.slice(prefix.length), storage?.getItem(key) ?? '');
  if (!storage) {
    const found = readCookie(cookie);
    if (found) memory.set(TOKEN, found);
  }
  const store: PageStore = {
    all: () => {
      const { [TOKEN]: token = null, ...stored } = Object.fromEntries(memory);
      return { token, stored };
    },
    set: (key, value) => {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
      try {
        if (!storage) {
          if (key === TOKEN) writeCookie(cookie, value);
        } else if (value === null) storage.removeItem(prefix + key);
        else storage.setItem(prefix + key, value);
      } catch {
        // QuotaExceededError or storage switched off meanwhile: it stays in memory
      }
    },
    clear: () => {
      // also what other pages kept since
      for (const key of keys()) storage?.removeItem(key);
      store.set(TOKEN, null);
      memory.clear();
    },
  };
  return store;
}

function openStorage(): Storage | null {
  try {
    const storage = window.localStorage;
    storage.setItem('beseda:probe', '1');
    storage.removeItem('beseda:probe');
    return storage;
  } catch {
    // SecurityError (blocked) or QuotaExceededError (private mode)
    return null;
  }
}

function readCookie(name: string): string | null {
  try {
    const pair = document.cookie.split('; ').find((entry) => entry.startsWith(`${name}=`));
    return pair?.slice(name.length + 1) ?? null;
  } catch {
    // SecurityError in a sandboxed page
    return null;
  }
}

/** A token is made of letters that need no escape in a cookie. */
function writeCookie(name: string, value: string | null): void {
  const age = value ? COOKIE_AGE_S : 0;
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${name}=${value ?? ''}; path=/; max-age=${age}; samesite=lax${secure}`;
}
