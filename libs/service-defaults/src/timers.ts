import { type EveryOptions, type Repetition, every } from '@beseda/timers';
import type { OnModuleDestroy } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from './logger.js';

/** The service's work that is repeated: logged, counted, and ended with the application, after what is under way. */
export class Timers implements OnModuleDestroy {
  readonly #repetitions: Repetition[] = [];
  readonly #logger: Logger;
  readonly #failures: Counter;

  constructor({ logger, registry }: { logger: Logger; registry: Registry }) {
    this.#logger = logger;
    this.#failures = new Counter({
      name: 'beseda_timer_failures_total',
      help: 'Runs of repeated work that failed; the next run tried again',
      labelNames: ['timer'],
      registers: [registry],
    });
  }

  /** Does work again and again until the application ends, see `every` of `@beseda/timers`. */
  every(options: Omit<EveryOptions, 'logger' | 'onFailure'>): Repetition {
    const onFailure = (timer: string): void => this.#failures.inc({ timer });
    const repetition = every({ ...options, logger: this.#logger, onFailure });
    this.#repetitions.push(repetition);
    return repetition;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#repetitions.map((repetition) => repetition.stop()));
  }
}
