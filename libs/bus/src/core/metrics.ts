import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a consumer reports when the registry is read. */
export interface Measured {
  readonly group: string;
  readonly topic: string;
  readonly parkedKeys: number;
  lag(): Promise<number>;
}

/** Metrics of one bus, in the registry of its service. */
export class BusMetrics {
  readonly published: Counter<'topic'>;
  readonly handled: Counter<'group' | 'topic' | 'outcome'>;
  readonly retries: Counter<'group' | 'topic'>;
  readonly age: Histogram<'group' | 'topic'>;
  readonly #consumers = new Set<Measured>();

  constructor(registry: Registry) {
    const registers = [registry];
    const consumers = this.#consumers;
    this.published = new Counter({
      name: 'beseda_bus_published_total',
      help: 'Records appended to the bus',
      labelNames: ['topic'],
      registers,
    });
    this.handled = new Counter({
      name: 'beseda_bus_handled_total',
      help: 'Records finished: handled, or set aside (parked)',
      labelNames: ['group', 'topic', 'outcome'],
      registers,
    });
    this.retries = new Counter({
      name: 'beseda_bus_retries_total',
      help: 'Handler calls that failed with a retryable error and were repeated',
      labelNames: ['group', 'topic'],
      registers,
    });
    this.age = new Histogram({
      name: 'beseda_bus_handled_age_seconds',
      help: 'Time from the append of a record to the end of its handler',
      labelNames: ['group', 'topic'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
      registers,
    });
    new Gauge({
      name: 'beseda_bus_parked_keys',
      help: 'Keys whose records are set aside because one of them cannot be handled',
      labelNames: ['group', 'topic'],
      registers,
      collect() {
        this.reset();
        for (const { group, topic, parkedKeys } of consumers) this.set({ group, topic }, parkedKeys);
      },
    });
    new Gauge({
      name: 'beseda_bus_lag',
      help: 'Records appended and not committed by the group, in the partitions held here',
      labelNames: ['group', 'topic'],
      registers,
      async collect() {
        this.reset();
        await Promise.all(
          [...consumers].map(async (consumer) => {
            try {
              this.set({ group: consumer.group, topic: consumer.topic }, await consumer.lag());
            } catch {
              // the log is out of reach: no value rather than a wrong one, and the other metrics stay readable
            }
          }),
        );
      },
    });
  }

  add(consumer: Measured): void {
    this.#consumers.add(consumer);
  }

  delete(consumer: Measured): void {
    this.#consumers.delete(consumer);
  }
}
