import { LOGGER, type Logger, SERVICE_CONFIG, Timers } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { AdminConfig } from '../config/config.js';
import { type LicenceView, type PoweredByLock, poweredByLock, stateAt } from '../domain/licence.js';
import { isLicenceFault, verifyLicence } from '../infrastructure/crypto/licences.js';
import { LicenceRepository } from '../infrastructure/mongo/licence.repository.js';

/** A licence that begins, ends or was set through another replica is noticed within this. Milliseconds. */
const LOOK_MS = 60_000;

/** What the licence of the installation allows now. */
@Injectable()
export class LicenceState implements OnApplicationBootstrap {
  readonly #followers: (() => Promise<void>)[] = [];

  constructor(
    private readonly licences: LicenceRepository,
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every({ name: 'licence', ms: LOOK_MS, run: () => this.tellFollowers() });
  }

  /** The licence as stored, judged at this moment. */
  async view(now = new Date()): Promise<LicenceView> {
    const { text } = await this.licences.find();
    return this.judge(text, now);
  }

  /** What a licence text is worth at a moment. */
  async judge(text: string, now: Date): Promise<LicenceView> {
    if (text === '') return { state: 'none' };
    const key = this.config.licencePublicKey;
    const licence = key ? await verifyLicence(text, key) : undefined;
    if (licence === undefined || isLicenceFault(licence)) return { state: 'no_key' };
    return { state: stateAt(licence, now), licence };
  }

  /** Why "powered by" cannot be hidden now; empty: it can. */
  async poweredByLock(now = new Date()): Promise<PoweredByLock> {
    return poweredByLock(await this.view(now));
  }

  /**
   * Runs a work at start, whenever a licence is set, and every minute: it makes true, where it is not, what the licence says
   * now (such as sites that no longer may hide "powered by"). It must bear being run for nothing, and by several replicas.
   */
  follow(work: () => Promise<void>): void {
    this.#followers.push(work);
  }

  /** Lets everything that depends on the licence look again. */
  async tellFollowers(): Promise<void> {
    for (const work of this.#followers) {
      try {
        await work();
      } catch (error) {
        // An outage: the next look, a minute later, does it.
        this.logger.warn({ err: error }, 'what the licence allows could not be brought up to date');
      }
    }
  }
}
