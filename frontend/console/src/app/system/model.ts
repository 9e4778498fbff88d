/** What a key may do, as the server lists it: `dialogs:read`. */
export type Scope = string;

/** A key for programs. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The first characters, to tell keys apart. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  /** Id or name of who made it. */
  readonly createdBy: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** One value that changed. */
export interface AuditChange {
  /** Such as `widget.color`. */
  readonly path: string;
  /** The value, or its JSON; null or empty: there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** One line of the log. */
export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  /** Empty: Beseda itself or the command line. */
  readonly operatorId: string | null;
  readonly operatorName: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Such as `operator.disabled`. */
  readonly action: string;
  readonly subject: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly changes: readonly AuditChange[];
}

export interface Licence {
  readonly holder: string;
  readonly plan: string;
  /** 0: any number. */
  readonly operators: number;
  readonly features: readonly string[];
  readonly validFrom: string | null;
  readonly validTo: string | null;
}

/** What the installation is licensed for. */
export interface Billing {
  /** `no_key`: nothing can be checked, the installation has no key for licences. */
  readonly state: 'none' | 'valid' | 'expired' | 'not_yet' | 'no_key';
  readonly licence: Licence | null;
  /** Operators who count. */
  readonly operators: number;
}
