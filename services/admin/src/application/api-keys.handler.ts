import type { Scope } from '@beseda/api';
import type { OperatorActor, SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { type ApiKey, MAX_KEYS, USED_EVERY_MS } from '../domain/api-key.js';
import { isApiKey, makeApiKey, prefixOf } from '../infrastructure/crypto/api-keys.js';
import { ApiKeysRepository } from '../infrastructure/mongo/api-keys.repository.js';
import { Audit } from './audit.js';

const NOBODY = new Uint8Array(32);
const loggable = ({ name, prefix, scopes }: Pick<ApiKey, 'name' | 'prefix' | 'scopes'>): object => ({
  name,
  prefix,
  scopes,
});

/** Keys with which programs of a site's owner use the API. */
@Injectable()
export class ApiKeysHandler {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly audit: Audit,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  list(scope: SiteScope): Promise<ApiKey[]> {
    return this.keys.list(scope);
  }

  /** Makes a key. Its secret is in this answer and nowhere else. */
  create(
    scope: SiteScope,
    actor: OperatorActor,
    { name, scopes }: { name: string; scopes: Scope[] },
  ): Promise<{ key: ApiKey; secret: string }> {
    const { siteId } = scope;
    const id = v7();
    const { secret, prefix, digest } = makeApiKey();
    return this.audit.change(
      {
        siteId,
        actor,
        action: 'api_key.created',
        subject: 'api_key',
        subjectId: id,
        subjectName: name,
        after: loggable({ name, prefix, scopes }),
      },
      async () => {
        const created = { createdAt: new Date(), createdBy: actor.id };
        const key = await this.keys.insert({ _id: id, siteId, name, prefix, digest, scopes, ...created });
        if (!key) throw tooMany();
        return { result: { key, secret } };
      },
      { collection: 'api_keys', id, version: 0 },
    );
  }

  /** Ends a key; one that has ended stays so, and that is no error. */
  async revoke(scope: SiteScope, actor: OperatorActor, id: string): Promise<void> {
    const key = await this.keys.find(scope, id);
    if (!key) throw appError('NOT_FOUND', 'There is no such key.');
    if (key.revokedAt) return;
    await this.audit.change(
      {
        siteId: scope.siteId,
        actor,
        action: 'api_key.revoked',
        subject: 'api_key',
        subjectId: id,
        subjectName: key.name,
        before: loggable(key),
      },
      async () => {
        const revoked = await this.keys.revoke(scope, id, new Date());
        if (!revoked) throw appError('ABORTED', 'Somebody else has revoked the key meanwhile.', { retryable: false });
        return { result: undefined };
      },
      { collection: 'api_keys', id, version: key.version },
    );
  }

  /**
   * Whose key it is.
   * @throws AppError UNAUTHENTICATED, alike for a key that never was and one that was revoked
   */
  async verify(secret: string): Promise<ApiKey> {
    const prefix = prefixOf(secret);
    const found = prefix === undefined ? undefined : await this.keys.byPrefix(prefix);
    const right = isApiKey(secret, found?.digest ?? NOBODY);
    if (!found || !right || found.key.revokedAt) {
      throw appError('UNAUTHENTICATED', 'This key is not valid.', { logLevel: 'info' });
    }
    await this.#used(found.key, new Date());
    return found.key;
  }

  async #used({ id, lastUsedAt }: ApiKey, now: Date): Promise<void> {
    if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < USED_EVERY_MS) return;
    try {
      await this.keys.used(id, now);
    } catch (error) {
      // An outage that began since the key was read. The key is good all the same.
      this.logger.warn({ err: error, key: id }, 'the last use of a key could not be noted');
    }
  }
}

const tooMany = (): Error =>
  appError('FAILED_PRECONDITION', `A site may have ${MAX_KEYS} active keys at most. Revoke one that is not used.`, {
    fields: [{ path: 'name', code: 'too_many', message: `There are ${MAX_KEYS} active keys already.` }],
  });
