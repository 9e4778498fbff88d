import type { Provider, Type } from '@nestjs/common';
import { Audit } from './application/audit.js';
import { AuditRepository } from './infrastructure/mongo/audit.repository.js';

export { SYSTEM_MODELS } from './infrastructure/mongo/system.documents.js';

/** Audit log, API keys, licence and single sign-on. */
export const SYSTEM_PROVIDERS: Provider[] = [AuditRepository, Audit];

export const SYSTEM_CONTROLLERS: Type[] = [];
