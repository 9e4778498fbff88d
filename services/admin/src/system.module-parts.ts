import type { Provider, Type } from '@nestjs/common';
import { ApiKeysHandler } from './application/api-keys.handler.js';
import { AuditRetention } from './application/audit-retention.js';
import { Audit } from './application/audit.js';
import { ExportAuditHandler } from './application/export-audit.handler.js';
import { LicenceState } from './application/licence-state.js';
import { LicenceHandler } from './application/licence.handler.js';
import { ReadAuditHandler } from './application/read-audit.handler.js';
import { SignInAudit } from './application/sign-in-audit.js';
import { SignOnOperators } from './application/sign-on-operators.js';
import { SingleSignOnHandler } from './application/single-sign-on.handler.js';
import { ApiKeysRepository } from './infrastructure/mongo/api-keys.repository.js';
import { AuditRepository } from './infrastructure/mongo/audit.repository.js';
import { LicenceRepository } from './infrastructure/mongo/licence.repository.js';
import { SignOnRepository } from './infrastructure/mongo/sign-on.repository.js';
import { OidcProvider } from './infrastructure/oidc/provider.js';
import { SingleSignOnController } from './transport/grpc/single-sign-on.controller.js';
import { SystemController } from './transport/grpc/system.controller.js';

export { SYSTEM_MODELS } from './infrastructure/mongo/system.documents.js';

/** Audit log, API keys, licence and single sign-on. */
export const SYSTEM_PROVIDERS: Provider[] = [
  AuditRepository,
  Audit,
  ReadAuditHandler,
  ExportAuditHandler,
  AuditRetention,
  SignInAudit,
  ApiKeysRepository,
  ApiKeysHandler,
  LicenceRepository,
  LicenceState,
  LicenceHandler,
  OidcProvider,
  SignOnRepository,
  SignOnOperators,
  SingleSignOnHandler,
];

export const SYSTEM_CONTROLLERS: Type[] = [SystemController, SingleSignOnController];
