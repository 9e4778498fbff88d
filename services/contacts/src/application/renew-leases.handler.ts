import type { SiteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { ContactsRepository } from '../infrastructure/mongo/contacts.repository.js';
import { VisitorsRepository } from '../infrastructure/mongo/visitors.repository.js';

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
    const stay = [...new Set(present)];
    const newcomers = stay.length > 0 ? await this.visitors.renew(stay, instance, now, scope) : [];
    if (newcomers.length > 0) {
      // Ids of nobody, such as those of a database that was made anew, are left out.
      for (const visitor of await this.contacts.sitesOf(newcomers, scope)) {
        await this.visitors.arrive(visitor, instance, cause, now);
      }
    }
    for (const id of new Set(released)) {
      if (!stay.includes(id)) await this.visitors.release(id, instance, cause, now, scope);
    }
  }
}
