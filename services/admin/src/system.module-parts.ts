import type { Provider, Type } from '@nestjs/common';
import { Audit } from './application/audit.js';
import { LicenceState } from './application/licence-state.js';
import { AuditRepository } from './infrastructure/mongo/audit.repository.js';
import { LicenceRepository } from './infrastructure/mongo/licence.repository.js';

export { SYSTEM_MODELS } from './infrastructure/mongo/system.documents.js';

/** Audit log, API keys, licence and single sign-on. */
export const SYSTEM_PROVIDERS: Provider[] = [AuditRepository, Audit, LicenceRepository, LicenceState];

export const SYSTEM_CONTROLLERS: Type[] = [];
