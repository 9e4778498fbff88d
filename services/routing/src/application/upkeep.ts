import { correlationId } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PresenceRepository } from '../infrastructure/mongo/presence.repository.js';

/** How often operators are looked for whose gateways fell silent; milliseconds. Reading judges by time and never waits for it. */
const SWEEP_MS = 2_000;

/** Tells of operators that left without a word. Every replica does it; twice does no harm. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly presence: PresenceRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#tick().finally(() => {
        this.#running = undefined;
      });
    }, SWEEP_MS);
    this.#timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #tick(): Promise<void> {
    try {
      await this.presence.sweep(correlationId());
    } catch (error) {
      // The database is away: the next round comes in two seconds.
      this.logger.warn({ err: error }, 'upkeep of presence failed');
    }
  }
}
