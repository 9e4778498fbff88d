import { randomUUID } from 'node:crypto';
import type { Logger } from '@beseda/service-defaults';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Backends } from '../infrastructure/backends.js';

/** A lease is renewed this often; its owner lets it run out after 30 s. Milliseconds. */
const RENEW_MS = 10_000;
/** Visitors who come or go within this time are told in one call. Milliseconds. */
const SOON_MS = 250;
/** Contacts named in one call. */
const BATCH = 1_000;

interface SiteVisitors {
  /** Contact → its sockets here. */
  present: Map<string, number>;
  released: Set<string>;
  /** Came since the last call. */
  fresh: Set<string>;
}

/** Tells `contacts` who has the widget open here. Nothing is kept: a killed gateway's leases run out by themselves. */
export class VisitorLeases implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #instance = `gateway-${randomUUID()}`;
  readonly #sites = new Map<string, SiteVisitors>();
  #renewal: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly backends: Pick<Backends, 'contacts'>,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#renewal = setInterval(() => this.#send(true), RENEW_MS);
    this.#renewal.unref();
  }

  /** Ends every lease of this process, so that visitors of a gateway that stops are not shown as present. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#renewal);
    clearTimeout(this.#soon);
    for (const site of this.#sites.values()) {
      for (const contactId of site.present.keys()) site.released.add(contactId);
      site.present.clear();
      site.fresh.clear();
    }
    this.#send(false, 1_000);
    await this.#sending;
  }

  came(siteId: string, contactId: string): void {
    const site = this.#site(siteId);
    const sockets = site.present.get(contactId) ?? 0;
    site.present.set(contactId, sockets + 1);
    site.released.delete(contactId);
    if (sockets > 0) return;
    site.fresh.add(contactId);
    this.#later();
  }

  left(siteId: string, contactId: string): void {
    const site = this.#site(siteId);
    const sockets = site.present.get(contactId) ?? 0;
    if (sockets > 1) {
      site.present.set(contactId, sockets - 1);
      return;
    }
    if (!site.present.delete(contactId)) return;
    site.fresh.delete(contactId);
    site.released.add(contactId);
    this.#later();
  }

  #site(siteId: string): SiteVisitors {
    let site = this.#sites.get(siteId);
    if (!site) this.#sites.set(siteId, (site = { present: new Map(), released: new Set(), fresh: new Set() }));
    return site;
  }

  #later(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#send(false);
    }, SOON_MS).unref();
  }

  /** @param all everybody present, else only who came or went */
  #send(all: boolean, deadlineMs?: number): void {
    this.#sending = this.#sending.then(() => this.#sendNow(all, deadlineMs));
  }

  async #sendNow(all: boolean, deadlineMs = 3_000): Promise<void> {
    for (const [siteId, site] of this.#sites) {
      const present = [...(all ? site.present.keys() : site.fresh)];
      const released = [...site.released];
      site.fresh.clear();
      site.released.clear();
      if (site.present.size === 0 && released.length === 0) this.#sites.delete(siteId);
      for (let at = 0; at < Math.max(present.length, released.length); at += BATCH) {
        const batch = { contactIds: present.slice(at, at + BATCH), releasedContactIds: released.slice(at, at + BATCH) };
        try {
          await this.backends.contacts.call(
            'renewVisitorLeases',
            { instance: this.#instance, ...batch },
            { actor: { kind: 'service', id: 'gateway', siteId }, deadlineMs },
          );
        } catch (error) {
          // Whatever failed: the next renewal is 10 s away and the leases hold for 30.
          this.logger.warn({ err: error, siteId }, 'the leases of visitors could not be renewed');
        }
      }
    }
  }
}
