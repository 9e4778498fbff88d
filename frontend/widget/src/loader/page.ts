import type { PageInfo } from '../shared/protocol.js';

/** Titles are set by the page after the address changes. */
const TITLE_DELAY_MS = 250;
/** What the server takes. */
const MAX_URL = 4_000;
const MAX_TITLE = 1_000;

/** Watches where the visitor goes, in pages that never load again too. */
export interface PageWatch {
  info(): PageInfo;
  /** Shows the number of unread messages in the tab's title. */
  setUnread(count: number): void;
  stop(): void;
}

/** Reports each new address once, after its title had time to change. */
export function watchPage(onView: (page: PageInfo) => void): PageWatch {
  let seen = location.href;
  let referrer = document.referrer;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let prefix = '';
  const title = (): string =>
    prefix && document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title;
  const info = (): PageInfo => ({
    url: location.href.slice(0, MAX_URL),
    title: title().slice(0, MAX_TITLE),
    referrer: referrer.slice(0, MAX_URL),
  });
  const check = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (location.href === seen) return;
      referrer = seen;
      seen = location.href;
      onView(info());
    }, TITLE_DELAY_MS);
  };
  const restore = [wrap('pushState', check), wrap('replaceState', check)];
  addEventListener('popstate', check);
  addEventListener('hashchange', check);
  return {
    info,
    setUnread: (count) => {
      const plain = title();
      prefix = count > 0 ? `(${count}) ` : '';
      if (document.title !== prefix + plain) document.title = prefix + plain;
    },
    stop: () => {
      clearTimeout(timer);
      for (const undo of restore) undo();
      removeEventListener('popstate', check);
      removeEventListener('hashchange', check);
    },
  };
}

function wrap(name: 'pushState' | 'replaceState', after: () => void): () => void {
  const original = history[name];
  const wrapped: typeof original = function (this: History, ...args) {
    original.apply(this, args);
    after();
  };
  history[name] = wrapped;
  return () => {
    // somebody may have wrapped ours since: then it has to stay
    if (history[name] === wrapped) history[name] = original;
  };
}
