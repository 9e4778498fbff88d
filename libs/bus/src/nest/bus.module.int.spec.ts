import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { Inject, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createBus } from '../core/bus.js';
import { embeddedAdapter } from '../embedded/adapter.js';
import { memoryParkedStore } from '../parked/memory.js';
import type { Bus, BusRecord } from '../port.js';
import { BusConsumers } from './bus-consumers.js';
import { BusModule } from './bus.module.js';
import { OnEvent, type EventContext } from './on-event.js';
import { BUS, type BusModuleOptions, type EventCodec } from './options.js';

type Seen = [type: string, event: unknown, correlationId: string | undefined];

/** Events are JSON here; `thing.*` live on one topic, `other.*` on another. */
const codec: EventCodec = {
  topicOf: (type) => `beseda.${type.split('.')[0]}.v1`,
  decode: (record) => ({
    type: record.headers['ce_type'] ?? '',
    event: JSON.parse(new TextDecoder().decode(record.value)) as unknown,
  }),
};
const event = (type: string, key: string, body: unknown): BusRecord => ({
  topic: codec.topicOf(type),
  key,
  value: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  headers: { ce_type: type, correlation_id: `c-${key}` },
});

@Injectable()
class Projection {
  readonly seen: Seen[] = [];
  constructor(@Inject(BUS) readonly bus: Bus) {}

  @OnEvent(['thing.made', 'thing.moved'])
  onThing(e: unknown, context: EventContext): void {
    this.seen.push([context.type, e, context.correlationId]);
  }

  @OnEvent('other.made')
  async onOther(e: unknown, context: EventContext): Promise<void> {
    await Promise.resolve();
    this.seen.push([context.type, e, context.correlationId]);
  }
}

@Injectable()
class Mailer {
  readonly seen: unknown[] = [];

  @OnEvent('thing.made', { group: 'mail' })
  onThing(e: unknown): void {
    this.seen.push(e);
  }
}

@Injectable()
class Second {
  @OnEvent('thing.made')
  onThing(): void {}
}

describe('BusModule', () => {
  let app: INestApplicationContext | undefined;
  afterEach(() => app?.close());

  const start = async (options: Partial<BusModuleOptions> = {}, extra: (new () => object)[] = []): Promise<Bus> => {
    const bus = createBus({ adapter: embeddedAdapter({ path: ':memory:' }), prefix: 'test.' });
    @Module({
      imports: [
        BusModule.forRootAsync({
          useFactory: () => ({ service: 'things', bus, codec, parked: memoryParkedStore(), ...options }),
        }),
      ],
      providers: [Projection, Mailer, ...extra],
    })
    class AppModule {}
    app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    await app.init();
    return bus;
  };

  it('hands decoded events to the handlers of their type, with the correlation id, one position per group', async () => {
    await start();
    const projection = app!.get(Projection);
    await projection.bus.publish([
      event('thing.made', 'a', { n: 1 }),
      event('thing.unknown', 'a', 'not JSON at all'),
      event('thing.moved', 'a', { n: 2 }),
      event('other.made', 'a', { n: 3 }),
    ]);
    await until(() => projection.seen.length === 3, { what: 'three events' });
    expect(projection.seen.filter(([type]) => type.startsWith('thing'))).toEqual([
      ['thing.made', { n: 1 }, 'c-a'],
      ['thing.moved', { n: 2 }, 'c-a'],
    ]);
    expect(app!.get(Mailer).seen).toEqual([{ n: 1 }]);
    expect(await app!.get(BusConsumers).parkedKeys()).toEqual([]);
  });

  it('parks a record that cannot be decoded', async () => {
    const bus = await start();
    await bus.publish([event('thing.moved', 'bad', '{'), event('thing.moved', 'good', { n: 1 })]);
    const consumers = app!.get(BusConsumers);
    await until(async () => (await consumers.parkedKeys()).length === 1, { what: 'the parked key' });
    await until(() => app!.get(Projection).seen.length === 1, { what: 'the good event' });
    expect(await consumers.replayParked()).toEqual({ keys: 1, replayed: 0, stillParked: 1 });
  });

  it('runs handlers inside what the service puts around them', async () => {
    const around: string[] = [];
    const bus = await start({
      around: async (context, run) => {
        around.push(`> ${context.type} ${context.correlationId}`);
        await run();
        around.push('<');
      },
    });
    await bus.publish([event('other.made', 'k', {})]);
    await until(() => around.length === 2, { what: 'both sides of the handler' });
    expect(around).toEqual(['> other.made c-k', '<']);
  });

  it('refuses two handlers of one type in one group', async () => {
    await expect(start({}, [Second])).rejects.toThrow('two @OnEvent handlers of thing.made in group things');
  });

  it('closes the bus with the application', async () => {
    const bus = await start();
    await app!.close();
    app = undefined;
    await expect(bus.publish([event('thing.made', 'a', {})])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
