import { until } from '@beseda/testing';
import { expect } from '@jest/globals';
import { Operator, Visitor, isGapFree, textsOf } from '../support/api.js';
import { verifyDialogs } from '../support/verify.js';
import { type Sent, Writers } from '../support/writers.js';
import type { ServicesProduct } from './product.js';
import { Screen } from './screen.js';

/** Where the product under test keeps its data. */
export interface Place {
  dataDir: string;
  prefix: string;
}

/** Visitors who write and an operator who looks on, while something bad happens; afterwards everything is there once. */
export class UnderLoad {
  constructor(
    private readonly product: ServicesProduct,
    private readonly place: Place,
  ) {}

  gateway(i: number): string {
    const { urls } = this.product.ready;
    return urls[i % urls.length] ?? '';
  }

  newVisitors(count: number): Promise<Visitor[]> {
    const { siteId } = this.product.ready;
    return Promise.all(Array.from({ length: count }, (_, i) => Visitor.open(this.gateway(i), siteId)));
  }

  /** What `disturb` does while visitors write and an operator looks on; afterwards everything is there, and was shown, once. */
  async during(label: string, disturb: (writers: Writers) => Promise<void>): Promise<void> {
    const screen = new Screen(await Operator.login(this.gateway(1), this.product.ready.siteId));
    const writers = new Writers(50);
    writers.start(await this.newVisitors(4), label);
    const follow = setInterval(() => writers.acknowledged.forEach(({ dialogId }) => screen.open(dialogId)), 50);
    try {
      await disturb(writers);
    } finally {
      await writers.stop();
      clearInterval(follow);
    }
    writers.acknowledged.forEach(({ dialogId }) => screen.open(dialogId));
    await this.expectAllOnce(writers.acknowledged, screen);
    screen.close();
  }

  /** Everything works: somebody new comes and writes. */
  async someoneNew(text: string, writers: Writers): Promise<void> {
    const [visitor] = await this.newVisitors(1);
    writers.acknowledged.push({ text, ...((await visitor?.send(text)) as Omit<Sent, 'text'>) });
  }

  /** Each acknowledged message is there once; each writer's are in the order of writing; nothing else is there. */
  async expectAllOnce(acknowledged: readonly Sent[], screen: Screen): Promise<void> {
    const operator = await Operator.login(this.gateway(1), this.product.ready.siteId);
    const dialogIds = [...new Set(acknowledged.map(({ dialogId }) => dialogId))];
    const stored: string[] = [];
    for (const id of dialogIds) {
      const events = await operator.events(id);
      expect(isGapFree(events)).toBe(true);
      const numbers = textsOf(events).map((text) => Number(text.split('-').at(-1)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      stored.push(...textsOf(events));
      await until(() => screen.dialogs.get(id)?.length === events.length || void screen.resume(), {
        timeoutMs: 15_000,
        everyMs: 200,
        what: 'the screen to be complete',
      });
      expect(screen.dialogs.get(id)?.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    }
    expect(stored.toSorted()).toEqual(acknowledged.map(({ text }) => text).toSorted());
    const { dataDir, prefix } = this.place;
    await verifyDialogs(dialogIds, { BESEDA_DATA: dataDir, BESEDA_PREFIX: prefix });
  }
}
