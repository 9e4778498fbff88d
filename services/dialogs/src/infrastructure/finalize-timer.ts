import { runInContext } from '@beseda/grpc';
import { toMongoAppError } from '@beseda/mongo';
import { LOGGER, type Logger, SERVICE_CONFIG, Timers } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { FinalizeDialogsHandler } from '../application/finalize-dialogs.handler.js';
import { newId } from '../application/ids.js';
import type { DialogsConfig } from '../config/config.js';

/** Looks again and again for dialogs whose reopen window has passed. Every replica does. */
@Injectable()
export class FinalizeTimer implements OnApplicationBootstrap {
  constructor(
    @Inject(FinalizeDialogsHandler) private readonly handler: FinalizeDialogsHandler,
    @Inject(SERVICE_CONFIG) private readonly config: DialogsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Timers) private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every({
      name: 'finalize-dialogs',
      ms: this.config.timerMs,
      // Replicas drift apart, so that they rarely look at the same moment.
      jitter: 0.5,
      run: () => this.#finalize(),
      failed: 'dialogs whose reopen window has passed could not be finalized',
    });
  }

  /** Whether there may be more at once. */
  async #finalize(): Promise<boolean> {
    const { handled, failures } = await runInContext({ correlationId: newId() }, () => this.handler.handle());
    for (const { dialogId, error } of failures)
      this.logger.warn({ dialogId, err: toMongoAppError(error) }, 'a dialog could not be finalized');
    return handled > 0;
  }
}
