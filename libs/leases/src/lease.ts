/**
 * Who holds connections renews every 10 s; without a renewal a person counts as gone after this long. Others have to see it
 * within 30 s of the end of a process: what is left is for the sweep that notices, every 2 s, and for the bus. Milliseconds.
 */
export const LEASE_MS = 26_000;

/** Process that holds connections → until when its word counts. */
export type LeaseMap = Readonly<Record<string, Date>>;

/** The leases that still count without those of one process, and until when the person is there by them. */
export function withoutInstance(
  leases: LeaseMap,
  instance: string,
  now: Date,
): { leases: LeaseMap; until: Date | undefined } {
  const alive = Object.entries(leases).filter(([name, until]) => name !== instance && until > now);
  const times = alive.map(([, until]) => until.getTime());
  return {
    leases: Object.fromEntries(alive),
    until: times.length > 0 ? new Date(Math.max(...times)) : undefined,
  };
}
