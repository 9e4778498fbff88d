/**
 * Presence by leases: who has a connection open through any process.
 *
 * @packageDocumentation
 */
export { LEASE_MS, withoutInstance, type LeaseMap } from './lease.js';
export { Leases, type Departure, type LeasedDocument, type LeasesOptions, type Person } from './leases.js';
