import { Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { AlarmReason } from './types.js';

const LABEL = 'outbox';

/** A metric of the registry, made once however many outboxes a service has. */
function once<M extends Metric>(registry: Registry, name: string, make: () => M): M {
  return (registry.getSingleMetric(name) as M | undefined) ?? make();
}

/** Metrics of one outbox. */
export class OutboxMetrics {
  readonly #name: string;
  readonly #age: Gauge;
  readonly #drained: Counter;
  readonly #failures: Counter;
  readonly #alarms: Counter;

  constructor(name: string, registry: Registry = new Registry()) {
    const registers = [registry];
    this.#name = name;
    this.#age = once(
      registry,
      'beseda_outbox_oldest_age_seconds',
      () =>
        new Gauge({
          name: 'beseda_outbox_oldest_age_seconds',
          help: 'How long the longest waiting aggregate has been waiting, as the last sweep saw it',
          labelNames: [LABEL],
          registers,
        }),
    );
    this.#drained = once(
      registry,
      'beseda_outbox_drained_total',
      () =>
        new Counter({
          name: 'beseda_outbox_drained_total',
          help: 'Records published from outboxes',
          labelNames: [LABEL],
          registers,
        }),
    );
    this.#failures = once(
      registry,
      'beseda_outbox_failures_total',
      () =>
        new Counter({
          name: 'beseda_outbox_failures_total',
          help: 'Tries to hand events on that failed and are repeated by the sweeper',
          labelNames: [LABEL],
          registers,
        }),
    );
    this.#alarms = once(
      registry,
      'beseda_outbox_alarms_total',
      () =>
        new Counter({
          name: 'beseda_outbox_alarms_total',
          help: 'Aggregates whose events are no longer handed on, because of damage or a defect',
          labelNames: [LABEL, 'reason'],
          registers,
        }),
    );
  }

  age(milliseconds: number): void {
    this.#age.set({ [LABEL]: this.#name }, milliseconds / 1_000);
  }

  drained(records: number): void {
    this.#drained.inc({ [LABEL]: this.#name }, records);
  }

  failed(): void {
    this.#failures.inc({ [LABEL]: this.#name });
  }

  alarmed(reason: AlarmReason): void {
    this.#alarms.inc({ [LABEL]: this.#name, reason });
  }
}
