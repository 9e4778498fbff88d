/** Active keys of a site. */
export const MAX_KEYS = 100;
/** The time of last use is noted at most this often. Milliseconds. */
export const USED_EVERY_MS = 60_000;

/** A key as its owner sees it later: without its secret. */
export interface ApiKey {
  id: string;
  siteId: string;
  version: number;
  name: string;
  /** `bsd_` and eight characters. */
  prefix: string;
  scopes: string[];
  createdAt: Date;
  /** Id of the operator. */
  createdBy: string;
  lastUsedAt?: Date;
  revokedAt?: Date;
}
