import { checked } from '@beseda/errors';
import { type Actor, scopeOf } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type Observable, from, map } from 'rxjs';
import { ApiKeysHandler } from '../../application/api-keys.handler.js';
import { AuditRetention } from '../../application/audit-retention.js';
import { ExportAuditHandler } from '../../application/export-audit.handler.js';
import { type Billing, LicenceHandler } from '../../application/licence.handler.js';
import { ReadAuditHandler } from '../../application/read-audit.handler.js';
import type { ApiKey } from '../../domain/api-key.js';
import type { AuditDocument } from '../../infrastructure/mongo/system.documents.js';
import { operatorOnly } from './scope.js';
import {
  createApiKeyRequest,
  exportAuditRequest,
  keyId,
  listAuditRequest,
  setAuditRetentionRequest,
  setLicenceRequest,
} from './system.schemas.js';

const keyMessage = (key: ApiKey): adminV1.ApiKey => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  createdAt: key.createdAt,
  createdBy: key.createdBy,
  lastUsedAt: key.lastUsedAt,
  revokedAt: key.revokedAt,
});

const entryMessage = (entry: AuditDocument): adminV1.AuditEntry => ({
  id: entry._id,
  at: entry.at,
  operatorId: entry.operatorId ?? '',
  operatorName: entry.operatorName,
  address: entry.address,
  userAgent: entry.userAgent,
  action: entry.action,
  subject: entry.subject,
  subjectId: entry.subjectId,
  subjectName: entry.subjectName,
  changes: entry.changes.map(({ path, before, after }) => ({ path, before, after })),
});

const billingMessage = ({ state, licence, operators }: Billing): adminV1.GetLicenceResponse => ({
  state,
  licence,
  operators,
});

/** Keys, the audit log and the licence. The site is the one the caller acts on. */
@Controller()
export class SystemController {
  constructor(
    private readonly keys: ApiKeysHandler,
    private readonly audit: ReadAuditHandler,
    private readonly exports: ExportAuditHandler,
    private readonly retention: AuditRetention,
    private readonly licence: LicenceHandler,
  ) {}

  @GrpcMethod('SystemService')
  async listApiKeys(
    @Payload() _: adminV1.ListApiKeysRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ListApiKeysResponse> {
    return { items: (await this.keys.list(scopeOf(actor))).map(keyMessage) };
  }

  @GrpcMethod('SystemService')
  async createApiKey(
    @Payload() request: adminV1.CreateApiKeyRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateApiKeyResponse> {
    const wanted = checked(createApiKeyRequest, request);
    const { key, secret } = await this.keys.create(scopeOf(actor), operatorOnly(actor), wanted);
    return { key: keyMessage(key), secret };
  }

  @GrpcMethod('SystemService')
  async revokeApiKey(
    @Payload() request: adminV1.RevokeApiKeyRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.RevokeApiKeyResponse> {
    await this.keys.revoke(scopeOf(actor), operatorOnly(actor), checked(keyId, request).id);
    return {};
  }

  @GrpcMethod('SystemService')
  async verifyApiKey(@Payload() request: adminV1.VerifyApiKeyRequest): Promise<adminV1.VerifyApiKeyResponse> {
    const { siteId, id, scopes } = await this.keys.verify(request.secret);
    return { siteId, keyId: id, scopes };
  }

  @GrpcMethod('SystemService')
  async listAudit(
    @Payload() request: adminV1.ListAuditRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ListAuditResponse> {
    const { filter, ...page } = checked(listAuditRequest, request);
    const { items, nextCursor = '' } = await this.audit.list(scopeOf(actor), filter, page);
    return { items: items.map(entryMessage), nextCursor };
  }

  @GrpcMethod('SystemService')
  exportAudit(
    @Payload() request: adminV1.ExportAuditRequest,
    @CurrentActor() actor: Actor,
  ): Observable<adminV1.ExportAuditResponse> {
    const { filter } = checked(exportAuditRequest, request);
    return from(this.exports.execute(scopeOf(actor), operatorOnly(actor), filter)).pipe(map((chunk) => ({ chunk })));
  }

  @GrpcMethod('SystemService')
  async getAuditRetention(
    @Payload() _: adminV1.GetAuditRetentionRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.GetAuditRetentionResponse> {
    return { days: await this.retention.get(scopeOf(actor)) };
  }

  @GrpcMethod('SystemService')
  async setAuditRetention(
    @Payload() request: adminV1.SetAuditRetentionRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.SetAuditRetentionResponse> {
    await this.retention.set(scopeOf(actor), actor, checked(setAuditRetentionRequest, request).days);
    return {};
  }

  @GrpcMethod('SystemService')
  async getLicence(@Payload() _: adminV1.GetLicenceRequest): Promise<adminV1.GetLicenceResponse> {
    return billingMessage(await this.licence.get());
  }

  @GrpcMethod('SystemService')
  async setLicence(
    @Payload() request: adminV1.SetLicenceRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.SetLicenceResponse> {
    const { licence } = checked(setLicenceRequest, request);
    return { licence: billingMessage(await this.licence.set(operatorOnly(actor), licence)) };
  }
}
