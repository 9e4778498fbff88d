import { setTimeout as delay } from 'node:timers/promises';
import type { settingsV1 } from '@beseda/contracts';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { InjectSettings, SettingsCopies, type SettingsCopy } from '@beseda/settings';
import { Inject, Injectable } from '@nestjs/common';

/** However many pages name sites nobody knows, `admin` is asked this often at most; milliseconds. */
const ASK_EVERY_MS = 1_000;

/** The sites of the installation, from this service's copy. */
@Injectable()
export class SiteDirectory {
  #asking: Promise<void> | undefined;
  #askedAt = 0;

  constructor(
    @InjectSettings('site') private readonly sites: SettingsCopy<'site'>,
    private readonly copies: SettingsCopies,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A site; one that was made a moment ago may be unknown here yet, so before it is refused its owner is asked.
   * @throws AppError NOT_FOUND, UNAVAILABLE while nothing is known at all.
   */
  async require(siteId: string): Promise<settingsV1.SiteSettings> {
    if (siteId && !this.sites.get(siteId)) await (this.#asking ??= this.#ask());
    return this.sites.require(siteId);
  }

  async #ask(): Promise<void> {
    await delay(Math.max(0, this.#askedAt + ASK_EVERY_MS - Date.now()), undefined, { ref: false });
    this.#asking = undefined; // who comes from now on may know of something newer than this answer
    this.#askedAt = Date.now();
    try {
      await this.copies.reconcile();
    } catch (error) {
      // The owner is away: what the copy says counts.
      this.logger.warn({ err: error }, 'admin could not be asked for an unknown site');
    }
  }
}
