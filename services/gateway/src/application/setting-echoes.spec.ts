import { describe, expect, it } from '@jest/globals';
import { SettingEchoes } from './setting-echoes.js';

/** A copy with one setting. */
class OneSetting {
  readonly #listeners = new Set<() => void>();
  present: number | undefined;

  version = (): number | undefined => this.present;
  get = (): number | undefined => this.present;
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  put(version: number | undefined): void {
    this.present = version;
    for (const listener of this.#listeners) listener();
  }
  get listeners(): number {
    return this.#listeners.size;
  }
}

describe('SettingEchoes', () => {
  const copy = new OneSetting();
  const echoes = new SettingEchoes({ of: () => copy });
  const address = { kind: 'site', siteId: 's', id: 's' } as const;

  it('waits for the version that was made, or a later one', async () => {
    copy.put(1);
    const order: string[] = [];
    const waiting = echoes.reached(address, 3).then(() => order.push('reached'));
    copy.put(2);
    await Promise.resolve();
    order.push('2 is there');
    copy.put(4);
    await waiting;
    expect(order).toEqual(['2 is there', 'reached']);
    await echoes.reached(address, 4);
    expect(copy.listeners).toBe(0);
  });

  it('waits until a setting is gone', async () => {
    const waiting = echoes.gone(address);
    copy.put(undefined);
    await waiting;
    await echoes.gone(address);
    expect(copy.listeners).toBe(0);
  });

  it('does not wait for ever', async () => {
    await echoes.reached(address, 99);
    expect(copy.listeners).toBe(0);
  });
});
