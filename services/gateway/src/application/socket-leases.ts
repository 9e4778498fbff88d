import { randomUUID } from 'node:crypto';
import type { Logger } from '@beseda/service-defaults';
import { type Repetition, every } from '@beseda/timers';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';

/** A lease is renewed this often; its owner lets it run out after 26 s. Milliseconds. */
const RENEW_MS = 10_000;
/** People who come or go within this time are told in one call. Milliseconds. */
const SOON_MS = 250;
/** People named in one call. */
const BATCH = 1_000;

/** Who is here, told to the owner of the leases. */
export interface LeaseReport {
  siteId: string;
  /** This process. */
  instance: string;
  present: string[];
  /** Whose last socket here closed. */
  released: string[];
  deadlineMs: number;
}

export interface SocketLeasesOptions {
  send(report: LeaseReport): Promise<unknown>;
  logger: Logger;
  /** Whose leases, for the log. */
  whose: string;
  /** After the last socket closed a person stays this long: a page that is loaded again is no departure. Milliseconds. */
  lingerMs: number;
}

interface SitePeople {
  /** Person → their sockets here. */
  present: Map<string, number>;
  /** Who stays a moment longer. */
  lingering: Map<string, NodeJS.Timeout>;
  released: Set<string>;
  /** Came since the last call. */
  fresh: Set<string>;
}

/** Tells a service who has a socket open here. Nothing is kept: a killed gateway's leases run out by themselves. */
export class SocketLeases implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #instance = `gateway-${randomUUID()}`;
  readonly #sites = new Map<string, SitePeople>();
  #renewal: Repetition | undefined;
  #soon: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(private readonly options: SocketLeasesOptions) {}

  onApplicationBootstrap(): void {
    const { logger, whose } = this.options;
    const run = () => this.#send(true);
    this.#renewal = every({ name: `leases-of-${whose}`, ms: RENEW_MS, later: true, run, logger });
  }

  /** Ends every lease of this process, so that people of a gateway that stops are not shown as present. */
  async onModuleDestroy(): Promise<void> {
    await this.#renewal?.stop();
    clearTimeout(this.#soon);
    for (const site of this.#sites.values()) {
      for (const [id, timer] of site.lingering) {
        clearTimeout(timer);
        site.released.add(id);
      }
      for (const id of site.present.keys()) site.released.add(id);
      site.lingering.clear();
      site.present.clear();
      site.fresh.clear();
    }
    await this.#send(false, 1_000);
  }

  came(siteId: string, id: string): void {
    const site = this.#site(siteId);
    const sockets = site.present.get(id) ?? 0;
    site.present.set(id, sockets + 1);
    site.released.delete(id);
    if (sockets > 0) return;
    if (site.lingering.has(id)) {
      clearTimeout(site.lingering.get(id));
      site.lingering.delete(id);
      return;
    }
    site.fresh.add(id);
    this.#later();
  }

  left(siteId: string, id: string): void {
    const site = this.#site(siteId);
    const sockets = site.present.get(id) ?? 0;
    if (sockets > 1) {
      site.present.set(id, sockets - 1);
      return;
    }
    if (!site.present.delete(id)) return;
    if (this.options.lingerMs === 0) return this.#gone(site, id);
    const timer = setTimeout(() => {
      site.lingering.delete(id);
      this.#gone(site, id);
    }, this.options.lingerMs);
    site.lingering.set(id, timer.unref());
  }

  #gone(site: SitePeople, id: string): void {
    site.fresh.delete(id);
    site.released.add(id);
    this.#later();
  }

  #site(siteId: string): SitePeople {
    let site = this.#sites.get(siteId);
    if (!site) {
      site = { present: new Map(), lingering: new Map(), released: new Set(), fresh: new Set() };
      this.#sites.set(siteId, site);
    }
    return site;
  }

  #later(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#send(false);
    }, SOON_MS).unref();
  }

  /** @param all everybody present, else only who came or went */
  #send(all: boolean, deadlineMs?: number): Promise<void> {
    return (this.#sending = this.#sending.then(() => this.#sendNow(all, deadlineMs)));
  }

  async #sendNow(all: boolean, deadlineMs = 3_000): Promise<void> {
    for (const [siteId, site] of this.#sites) {
      const present = all ? [...site.present.keys(), ...site.lingering.keys()] : [...site.fresh];
      const released = [...site.released];
      site.fresh.clear();
      site.released.clear();
      if (site.present.size === 0 && site.lingering.size === 0 && released.length === 0) this.#sites.delete(siteId);
      for (let at = 0; at < Math.max(present.length, released.length); at += BATCH) {
        const batch = { present: present.slice(at, at + BATCH), released: released.slice(at, at + BATCH) };
        try {
          await this.options.send({ siteId, instance: this.#instance, ...batch, deadlineMs });
        } catch (error) {
          // Whatever failed: the next renewal is 10 s away and the leases hold for 26.
          this.options.logger.warn({ err: error, siteId }, `the leases of ${this.options.whose} could not be renewed`);
        }
      }
    }
  }
}
