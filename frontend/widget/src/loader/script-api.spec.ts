import { describe, expect, it } from '@jest/globals';
import { installApi, type ScriptApi } from './script-api.js';
import type { Widget } from './widget.js';

function setUp(page: Record<string, unknown> = {}) {
  const calls: unknown[] = [];
  let started = 0;
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void calls.push(args.length > 0 ? [name, ...args] : name);
  const widget: Widget = {
    open: note('open'),
    close: note('close'),
    removeChat: note('removeChat'),
    logout: note('logout'),
    onReady: (run) => run(),
    call: (call) => void calls.push(call),
  };
  const install = (): void =>
    installApi(page, () => {
      started += 1;
      return widget;
    });
  install();
  return { page, calls, install, started: () => started, api: (name = 'beseda') => page[name] as ScriptApi };
}

describe('the script API', () => {
  it('runs what the stub collected, in order, also under the other names', () => {
    const { calls } = setUp({ beseda: { q: [['track', 'a'], ['open']] }, carrotquest: { q: [['track', 'b']] } });
    expect(calls).toEqual([['track', 'a'], 'open', ['track', 'b']]);
  });

  it('is a function and an object under three names', () => {
    const { api, calls } = setUp();
    api()('open');
    (api('carrotquest')['track'] as (name: string) => void)('x');
    api('Carrotquest')('auth', 'u', 'h');
    api()('logout');
    expect(calls).toEqual(['open', ['track', 'x'], ['auth', 'u', 'h'], 'logout']);
  });

  it('does not replace another chat and starts once', () => {
    const other = { track: () => undefined };
    const { page, install, started } = setUp({ carrotquest: other });
    install();
    expect(page['carrotquest']).toBe(other);
    expect(started()).toBe(1);
  });

  it('passes over what it does not know', () => {
    const { api, calls } = setUp();
    api()('nonsense');
    api()('onReady', 'not a function');
    expect(calls).toEqual([]);
  });
});
