import type { Widget } from './widget.js';

/** `beseda('track', 'cart', { sum: 1 })`, and the same as `beseda.track('cart', { sum: 1 })`. */
export interface ScriptApi {
  (name: string, ...args: unknown[]): void;
  /** Calls made by the snippet's stub before this script was there. */
  q?: ArrayLike<unknown>[];
  /** Set once a widget runs on this page. */
  v?: 1;
  [method: string]: unknown;
}

const METHODS = ['open', 'close', 'removeChat', 'onReady', 'identify', 'auth', 'logout', 'track'] as const;
const ALIASES = ['beseda', 'carrotquest', 'Carrotquest'] as const;

/** Puts the API on the page and carries out what was called before. A second snippet on the same page does nothing. */
export function installApi(target: object, start: () => Widget): void {
  const page = target as Record<string, unknown>;
  const stub = page['beseda'] as ScriptApi | undefined;
  if (stub?.v) return;
  const widget = start();
  const api = ((name: string, ...args: unknown[]) => run(widget, name, args)) as ScriptApi;
  api.v = 1;
  for (const method of METHODS) api[method] = (...args: unknown[]) => run(widget, method, args);
  for (const alias of ALIASES) {
    const found = page[alias] as ScriptApi | undefined;
    // an alias that is really there (another chat on the same page) is not ours to replace
    if (alias !== 'beseda' && found && !Array.isArray(found.q)) continue;
    page[alias] = api;
    if (found?.q) for (const call of Array.from(found.q)) api(...(Array.from(call) as [string, ...unknown[]]));
  }
}

function run(widget: Widget, name: string, args: readonly unknown[]): void {
  switch (name) {
    case 'open':
    case 'close':
    case 'removeChat':
    case 'logout':
      return widget[name]();
    case 'onReady':
      return typeof args[0] === 'function' ? widget.onReady(args[0] as () => void) : undefined;
    case 'identify':
    case 'auth':
    case 'track':
      return widget.call([name, ...args]);
  }
  // an unknown name is a typing mistake in the page: it must not break it
}
