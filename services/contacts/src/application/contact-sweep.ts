import { siteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Timers } from '@beseda/service-defaults';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ContactsRepository } from '../infrastructure/mongo/contacts.repository.js';
import { VisitorsRepository } from '../infrastructure/mongo/visitors.repository.js';
import { ContactWriter } from './contact-writer.js';

/** How often visitors are looked for whose gateways fell silent; milliseconds. Reading judges by time and never waits for it. */
const SWEEP_MS = 2_000;

/** What nobody asks for: visitors that left without a word, merges that a crash cut short. Every replica does it; twice does no harm. */
@Injectable()
export class ContactSweep implements OnApplicationBootstrap {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly visitors: VisitorsRepository,
    private readonly writer: ContactWriter,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    const run = () => this.#sweep();
    this.timers.every({ name: 'contact-sweep', ms: SWEEP_MS, later: true, run, failed: 'upkeep of contacts failed' });
  }

  async #sweep(): Promise<void> {
    for (const { id, siteId, at } of await this.visitors.sweep(correlationId(), new Date())) {
      await this.contacts.seen(siteScope(siteId), id, at);
    }
    for (const merged of await this.contacts.unfinishedMerges()) await this.writer.finishMerge(merged);
  }
}
