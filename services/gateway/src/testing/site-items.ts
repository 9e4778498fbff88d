import type { Actor } from '@beseda/auth';
import { appError } from '@beseda/errors';

/** Things of sites in memory. Nothing of one site is reached from another, as in the real services. */
export class SiteItems<T extends { id: string }> {
  readonly #items = new Map<string, { siteId: string; item: T }>();

  constructor(private readonly what: string) {}

  put(siteId: string, item: T): T {
    this.#items.set(item.id, { siteId, item });
    return item;
  }

  of({ siteId }: Pick<Actor, 'siteId'>): T[] {
    return [...this.#items.values()].filter((entry) => entry.siteId === siteId).map(({ item }) => item);
  }

  get(actor: Pick<Actor, 'siteId'>, id: string): T {
    const found = this.#items.get(id);
    if (!found || found.siteId !== actor.siteId) throw appError('NOT_FOUND', `There is no such ${this.what}.`);
    return found.item;
  }

  remove(actor: Pick<Actor, 'siteId'>, id: string): void {
    this.get(actor, id);
    this.#items.delete(id);
  }
}

/** ABORTED as the services say it. */
export function assertVersion(given: number, present: number): void {
  if (given === 0 || given === present) return;
  const message = 'Somebody else has changed this meanwhile.';
  throw appError('ABORTED', message, { fields: [{ path: 'version', code: 'stale_version', message }] });
}
