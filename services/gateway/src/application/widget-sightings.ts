import type { Logger } from '@beseda/service-defaults';
import { originAllowed } from './site-domains.js';

/** A site and host are told of once in this time by each process; milliseconds. */
const EVERY_MS = 60_000;
/** Pairs of site and host remembered; the oldest are forgotten first. Whoever makes hosts up cannot fill the memory. */
const REMEMBERED = 5_000;

/** Tells `admin` on which hosts a site's widget has been seen, so that the owner knows that the code works. */
export class WidgetSightings {
  readonly #told = new Map<string, number>();

  constructor(
    private readonly tell: (siteId: string, host: string) => Promise<unknown>,
    private readonly logger: Pick<Logger, 'debug'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Notes a page; `ownHosts` are the gateway's own, whose demo and preview do not count. Never fails and never waits. */
  seen(site: { id: string; domains: readonly string[] }, pageUrl: string, ownHosts: readonly string[]): void {
    const url = URL.parse(pageUrl);
    if (!url || !/^https?:$/.test(url.protocol) || ownHosts.includes(url.host)) return;
    if (!originAllowed(site.domains, url.origin) || !this.#due(`${site.id} ${url.host}`)) return;
    this.tell(site.id, url.host).catch((error: unknown) => {
      // Only a hint for the settings page: the next page view in a minute tells it again.
      this.logger.debug({ err: error }, 'a host of the widget was not recorded');
    });
  }

  #due(key: string): boolean {
    const now = this.now();
    if (now - (this.#told.get(key) ?? -Infinity) < EVERY_MS) return false;
    this.#told.delete(key);
    this.#told.set(key, now);
    if (this.#told.size > REMEMBERED) this.#told.delete(this.#told.keys().next().value ?? '');
    return true;
  }
}
