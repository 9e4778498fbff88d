import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { HandlerContext, ParkedKey, ReceivedRecord, ReplayReport, Subscription } from '../port.js';
import { collectHandlers, type GroupHandlers } from './handlers.js';
import type { EventContext } from './on-event.js';
import { BUS_OPTIONS, type BusModuleOptions } from './options.js';

/**
 * The consumers of a service: one subscription per group and topic that its `@OnEvent` handlers name. Starts when the
 * application has started, drains first of all when it stops; the bus itself is closed last, so that other parts can
 * still publish while they stop.
 */
@Injectable()
export class BusConsumers implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  #subscriptions: Subscription[] = [];
  #started = false;

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusModuleOptions,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.options.closeBus ?? true) await this.options.bus.close();
  }

  /** Subscribes; does nothing the second time. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    const { service, codec } = this.options;
    const found = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const groups = collectHandlers(service, codec, found);
    this.#subscriptions = await Promise.all(groups.map((group) => this.#subscribe(group)));
  }

  /** Takes nothing new, waits for running handlers, commits. */
  async stop(): Promise<void> {
    const subscriptions = this.#subscriptions;
    this.#subscriptions = [];
    await Promise.all(subscriptions.map((s) => s.close()));
  }

  /** Tries parked keys of all groups again. */
  async replayParked(): Promise<ReplayReport> {
    const reports = await Promise.all(this.#subscriptions.map((s) => s.replayParked()));
    const sum = (field: keyof ReplayReport): number => reports.reduce((n, r) => n + r[field], 0);
    return { keys: sum('keys'), replayed: sum('replayed'), stillParked: sum('stillParked') };
  }

  async parkedKeys(): Promise<ParkedKey[]> {
    return (await Promise.all(this.#subscriptions.map((s) => s.parkedKeys()))).flat();
  }

  #subscribe(handlers: GroupHandlers): Promise<Subscription> {
    const { bus, parked, lanes, window, drainMs, replayEveryMs } = this.options;
    return bus.subscribe({
      group: handlers.group,
      topics: [handlers.topic],
      parked,
      handler: (record, context) => this.#dispatch(handlers, record, context),
      ...(lanes !== undefined && { lanes }),
      ...(window !== undefined && { window }),
      ...(drainMs !== undefined && { drainMs }),
      ...(replayEveryMs !== undefined && { replayEveryMs }),
    });
  }

  async #dispatch(handlers: GroupHandlers, record: ReceivedRecord, { signal, attempt }: HandlerContext): Promise<void> {
    const { codec, around } = this.options;
    const declared = record.headers['ce_type'];
    // types nobody here wants are done at once, also those this version cannot decode
    if (declared !== undefined && !handlers.byType.has(declared)) return;
    const { type, event } = codec.decode(record);
    const handler = handlers.byType.get(type);
    if (!handler) return;
    const context: EventContext = { type, record, correlationId: record.headers['correlation_id'], signal, attempt };
    const run = async (): Promise<void> => handler(event, context);
    await (around ? around(context, run) : run());
  }
}
