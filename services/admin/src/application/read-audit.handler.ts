import type { SiteScope } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import { type AuditFilter, AuditRepository } from '../infrastructure/mongo/audit.repository.js';
import type { AuditDocument } from '../infrastructure/mongo/system.documents.js';

const DAY_MS = 86_400_000;
/** The first moment whose entries are still kept. */
export const keptFrom = (days: number, now: Date): Date => new Date(now.getTime() - days * DAY_MS);

/** Reads the log of one site. */
@Injectable()
export class ReadAuditHandler {
  constructor(private readonly repository: AuditRepository) {}

  /** A page, newest first; the cursor of the next one is absent on the last. */
  async list(
    scope: SiteScope,
    filter: AuditFilter,
    { cursor, limit }: { cursor: string | undefined; limit: number },
  ): Promise<{ items: AuditDocument[]; nextCursor?: string }> {
    const found = await this.repository.page(scope, await this.#kept(scope, filter), cursor, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, ...(found.length > limit && last ? { nextCursor: last._id } : {}) };
  }

  /** What is past its time is gone for readers at once; the sweep follows. */
  async #kept(scope: SiteScope, filter: AuditFilter): Promise<AuditFilter> {
    const from = keptFrom(await this.repository.retention(scope.siteId), new Date());
    return { ...filter, from: filter.from && filter.from > from ? filter.from : from };
  }
}
