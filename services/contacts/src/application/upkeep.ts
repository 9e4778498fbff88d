import { siteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ContactsRepository } from '../infrastructure/mongo/contacts.repository.js';
import { VisitorsRepository } from '../infrastructure/mongo/visitors.repository.js';
import { ContactWriter } from './contact-writer.js';

/** How often visitors are looked for whose gateways fell silent; milliseconds. Reading judges by time and never waits for it. */
const SWEEP_MS = 2_000;

/** What nobody asks for: visitors that left without a word, merges that a crash cut short. Every replica does it; twice does no harm. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly contacts: ContactsRepository,
    private readonly visitors: VisitorsRepository,
    private readonly writer: ContactWriter,
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
      for (const { id, siteId, at } of await this.visitors.sweep(correlationId(), new Date())) {
        await this.contacts.seen(siteScope(siteId), id, at);
      }
      for (const merged of await this.contacts.unfinishedMerges()) await this.writer.finishMerge(merged);
    } catch (error) {
      // The database is away, or another replica was faster: the next round comes in two seconds.
      this.logger.warn({ err: error }, 'upkeep of contacts failed');
    }
  }
}
