/** Features that licences know of. A licence may name others: a later version may know them. */
export const FEATURES = ['hide-powered-by'] as const;

/** What a licence grants. */
export interface Licence {
  /** Who it was issued to. */
  holder: string;
  plan: string;
  /** 0: any number. */
  operators: number;
  features: string[];
  validFrom: Date;
  /** Until then, exclusive. */
  validTo: Date;
}

export const LICENCE_STATES = ['none', 'valid', 'expired', 'not_yet', 'no_key'] as const;
/** `no_key`: there is a licence, but nothing to verify it with, or only another key than the one it was signed with. */
export type LicenceStateName = (typeof LICENCE_STATES)[number];

/** What an installation may do now. */
export interface LicenceView {
  state: LicenceStateName;
  /** Absent unless its signature was verified. */
  licence?: Licence;
}

/** Whether a licence counts at a time. */
export function stateAt({ validFrom, validTo }: Licence, now: Date): 'valid' | 'expired' | 'not_yet' {
  if (now < validFrom) return 'not_yet';
  return now < validTo ? 'valid' : 'expired';
}

/** Why "powered by" cannot be hidden; empty: it can. */
export type PoweredByLock = '' | 'no_licence' | 'expired' | 'not_included';

export function poweredByLock({ state, licence }: LicenceView): PoweredByLock {
  if (state === 'expired') return 'expired';
  if (state !== 'valid') return 'no_licence';
  return licence?.features.includes('hide-powered-by') ? '' : 'not_included';
}
