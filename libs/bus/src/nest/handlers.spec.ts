import { describe, expect, it } from '@jest/globals';
import { collectHandlers } from './handlers.js';
import { OnEvent } from './on-event.js';
import type { EventCodec } from './options.js';

const codec: EventCodec = {
  topicOf: (type) => {
    const topic = { 'a.made': 'a.v1', 'b.made': 'b.v1' }[type];
    if (!topic) throw new Error(`unknown event type ${type}`);
    return topic;
  },
  decode: () => ({ type: '', event: {} }),
};

class Base {
  readonly calls: unknown[] = [];
  get costly(): never {
    throw new Error('accessors must not run while handlers are looked for');
  }
  @OnEvent('a.made')
  onA(event: unknown): void {
    this.calls.push(event);
  }
}
class Derived extends Base {
  @OnEvent(['b.made'], { group: 'side' })
  onB(): void {}
}
class Overriding extends Base {
  @OnEvent('b.made')
  override onA(): void {}
}
class Unknown {
  @OnEvent('c.made')
  onC(): void {}
}

const groupsOf = (...instances: unknown[]): string[] =>
  collectHandlers(
    'svc',
    codec,
    instances.map((instance) => ({ instance })),
  ).map((g) => `${g.group} ${g.topic} ${[...g.byType.keys()].join()}`);

describe('collectHandlers', () => {
  it('finds own and inherited methods, by group and topic, and calls them on their instance', async () => {
    expect(groupsOf(new Derived())).toEqual(['svc-side b.v1 b.made', 'svc a.v1 a.made']);
    const instance = new Derived();
    const [, base] = collectHandlers('svc', codec, [{ instance }]);
    await base?.byType.get('a.made')?.(7, {} as never);
    expect(instance.calls).toEqual([7]);
  });

  it('takes the overriding method instead of the one it overrides', () => {
    expect(groupsOf(new Overriding())).toEqual(['svc b.v1 b.made']);
  });

  it('counts a provider once, however often it is exported, and passes over what is no object', () => {
    const one = new Derived();
    expect(groupsOf(one, one, undefined, null, 'text', () => 0)).toHaveLength(2);
  });

  it('refuses a type that no topic carries', () => {
    expect(() => groupsOf(new Unknown())).toThrow('unknown event type c.made');
  });
});
