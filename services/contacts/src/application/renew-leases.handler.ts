import { type SiteScope, siteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { ContactsRepository } from '../infrastructure/mongo/contacts.repository.js';
import { VisitorsRepository } from '../infrastructure/mongo/visitors.repository.js';

/** Visitors written at the same time, when many come at once, say after a restart. */
const AT_ONCE = 20;

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(work));
}

/** A gateway says which visitors have an open widget through it, and whose last one closed. */
@Injectable()
export class RenewLeasesHandler {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly visitors: VisitorsRepository,
  ) {}

  /** @param scope of one site, or undefined where the gateway speaks for the whole installation */
  async execute(
    scope: SiteScope | undefined,
    instance: string,
    present: readonly string[],
    released: readonly string[],
  ): Promise<void> {
    const now = new Date();
    const cause = correlationId();
    const staying = new Set(present);
    const newcomers = staying.size > 0 ? await this.visitors.renew([...staying], instance, now, scope) : [];
    // Ids of nobody, such as those of a database that was made anew, are left out.
    const known = newcomers.length > 0 ? await this.contacts.sitesOf(newcomers, scope) : [];
    await inBatches(known, (visitor) => this.visitors.arrive(visitor, instance, cause, now));
    const gone = [...new Set(released)].filter((id) => !staying.has(id));
    await inBatches(gone, async (id) => {
      const left = await this.visitors.release(id, instance, cause, now, scope);
      if (left) await this.contacts.seen(siteScope(left.siteId), id, left.at);
    });
  }
}
