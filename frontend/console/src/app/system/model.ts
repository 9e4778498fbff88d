import type { Answer, apiKeySchema, auditEntrySchema, billingAnswer } from '@beseda/api';

/** A key for programs; `prefix` are its first characters, to tell keys apart. */
export type ApiKey = Answer<typeof apiKeySchema>;

/** What a key may do, as the server lists it: `dialogs:read`. */
export type Scope = ApiKey['scopes'][number];

/** One line of the log. Without an operator: Beseda itself or the command line. */
export type AuditEntry = Answer<typeof auditEntrySchema>;

/** One value that changed, before and after as JSON; empty: there was none. */
export type AuditChange = AuditEntry['changes'][number];

/** What the installation is licensed for. */
export type Billing = Answer<typeof billingAnswer>;
export type Licence = NonNullable<Billing['licence']>;
