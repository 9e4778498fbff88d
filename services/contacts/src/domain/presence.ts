/** A gateway renews every 10 s; without a renewal a visitor counts as gone after this long. Milliseconds. */
export const LEASE_MS = 30_000;

/** Who of the visitors is on the site, and through which gateways. */
export interface Visitor {
  contactId: string;
  siteId: string;
  /** Gateway instance → until when its word counts. */
  leases: Readonly<Record<string, Date>>;
}

/** The leases that still count without those of one gateway, and until when the visitor is here by them. */
export function withoutInstance(
  leases: Visitor['leases'],
  instance: string,
  now: Date,
): { leases: Visitor['leases']; until: Date | undefined } {
  const alive = Object.entries(leases).filter(([name, until]) => name !== instance && until > now);
  const times = alive.map(([, until]) => until.getTime());
  return {
    leases: Object.fromEntries(alive),
    until: times.length > 0 ? new Date(Math.max(...times)) : undefined,
  };
}
