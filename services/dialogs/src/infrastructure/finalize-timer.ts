import { setTimeout as delay } from 'node:timers/promises';
import { runInContext } from '@beseda/grpc';
import { toMongoAppError } from '@beseda/mongo';
import { LOGGER, type Logger, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FinalizeDialogsHandler } from '../application/finalize-dialogs.handler.js';
import { newId } from '../application/ids.js';
import type { DialogsConfig } from '../config/config.js';

/** Looks again and again for dialogs whose reopen window has passed. Every replica does. */
@Injectable()
export class FinalizeTimer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    @Inject(FinalizeDialogsHandler) private readonly handler: FinalizeDialogsHandler,
    @Inject(SERVICE_CONFIG) private readonly config: DialogsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const busy = await this.#once();
      // Replicas drift apart by the jitter, so that they rarely look at the same moment.
      const pause = busy ? 0 : this.config.timerMs * (0.75 + Math.random() / 2);
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined); // aborted: stop
    }
  }

  /** Whether there may be more at once. */
  async #once(): Promise<boolean> {
    try {
      return (await runInContext({ correlationId: newId() }, () => this.handler.handle())) > 0;
    } catch (error) {
      // An outage of the database: the dialogs stay due and are looked at again after the pause.
      this.logger.warn(
        { err: toMongoAppError(error) },
        'dialogs whose reopen window has passed could not be finalized',
      );
      return false;
    }
  }
}
