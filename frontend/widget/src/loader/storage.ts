import type { InitMessage } from '../shared/protocol.js';

/** What the page keeps for the frame, which may have no storage of its own. All pages of the site in this browser share it. */
export interface PageStore {
  /** As it is now, whichever page wrote it. */
  all(): Pick<InitMessage, 'token' | 'stored'>;
  set(key: string, value: string | null): void;
  /**
   * Runs `ask` when this page may ask who the visitor is. With a token that is at once; without one a page asks while the
   * others wait for what it is told, so that pages opened together make one visitor.
   */
  turn(ask: () => void): void;
  /** Forgets everything of this site's visitor. */
  clear(): void;
}

const TOKEN = 'token';
/** Browsers cap cookies at 400 days. */
const COOKIE_AGE_S = 34_560_000;
/** A page that asked and got no answer for this long keeps no other waiting. */
const TURN_MS = 8_000;

/**
 * localStorage of the page; where it is blocked the token alone goes to a cookie, and where that is blocked too everything lives
 * as long as the page.
 *
 * @param onOther another page of the site made the visitor somebody else, or was first to be told who it is
 */
export function pageStore(siteId: string, onOther: () => void): PageStore {
  const prefix = `beseda:${siteId}:`;
  const cookie = `beseda_${siteId.replace(/[^\w-]/g, '_')}`;
  const memory = new Map<string, string>();
  const storage = openStorage();
  const keys = (): string[] => Object.keys(storage ?? {}).filter((key) => key.startsWith(prefix));
  let done = (): void => undefined;
  const read = (): void => {
    if (!storage) return;
    memory.clear();
    for (const key of keys()) memory.set(key.slice(prefix.length), storage.getItem(key) ?? '');
  };
  read();
  const found = storage ? null : readCookie(cookie);
  if (found) memory.set(TOKEN, found);
  addEventListener('storage', (event) => {
    if (event.key !== prefix + TOKEN) return;
    const before = memory.get(TOKEN);
    read();
    done();
    if (before && ownerOf(before) !== ownerOf(event.newValue)) onOther();
  });
  const store: PageStore = {
    all: () => {
      read();
      const { [TOKEN]: token = null, ...stored } = Object.fromEntries(memory);
      return { token, stored };
    },
    set: (key, value) => {
      const known = memory.get(key);
      if (key === TOKEN && storage && known === undefined) {
        // two pages asked all the same: the first answer stays
        read();
        if (memory.has(TOKEN)) return onOther();
      }
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
      if (key === TOKEN) done();
    },
    turn: (ask) => {
      if (!storage || memory.has(TOKEN)) return ask();
      // no locks on http: and in a frame without an origin: there the first answer stays
      if (!navigator.locks) return ask();
      const held = (): Promise<void> =>
        new Promise((resolve) => {
          done = resolve;
          setTimeout(resolve, TURN_MS);
          read();
          ask();
          if (memory.has(TOKEN)) resolve();
        });
      navigator.locks.request(`${prefix}visitor`, held).catch(ask);
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

/** The contact a token is of, which a renewed token is of too. */
function ownerOf(token: string | null): unknown {
  try {
    const [, claims = ''] = (token ?? '').split('.');
    return (JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/'))) as { contactId?: string }).contactId;
  } catch {
    // SyntaxError, InvalidCharacterError: not one of ours
    return token;
  }
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
