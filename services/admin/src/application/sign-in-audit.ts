import type { Actor } from '@beseda/auth';
import type { ClientInfo } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { Audit } from './audit.js';

export type SignInWay = 'password' | 'single_sign_on';

const about = ({ _id, name, sites }: OperatorDocument) => ({
  siteId: undefined,
  siteIds: sites.map(({ siteId }) => siteId),
  subject: 'operator',
  subjectId: _id,
  subjectName: name,
});

/** Who signed in, and whose account was guessed at, in the logs of the sites where the operator works. */
@Injectable()
export class SignInAudit {
  constructor(
    private readonly audit: Audit,
    private readonly operators: OperatorsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async signedIn(operator: OperatorDocument, from: ClientInfo, way: SignInWay): Promise<void> {
    const [site] = operator.sites;
    if (!site) return;
    const actor: Actor = { kind: 'operator', id: operator._id, siteId: site.siteId, role: site.role };
    await this.audit.record({ ...about(operator), actor, action: 'operator.signed_in', from, after: { way } });
  }

  /**
   * Too many wrong guesses at something of an operator. Those at nobody, or from one address at many, are in no site's log.
   * @param key what was guessed at: `email:<address>`, or `<what>:<id of the operator>`
   * Never rejects.
   */
  async locked(key: string, lockedMs: number): Promise<void> {
    try {
      await this.#noteLock(key, lockedMs);
    } catch (error) {
      // An outage. The lock itself is stored, and the next wrong guess after it is noted again.
      this.logger.warn({ err: error }, 'a locked sign-in could not be noted in the audit log');
    }
  }

  async #noteLock(key: string, lockedMs: number): Promise<void> {
    const [kind = '', id = ''] = /^(\w+):(.+)$/.exec(key)?.slice(1) ?? [];
    if (kind === 'address') return;
    const operator = kind === 'email' ? await this.operators.storedByEmail(id) : await this.operators.stored(id);
    if (!operator || operator.sites.length === 0) return;
    const after = {
      guessedAt: kind === 'code' ? 'second factor' : 'password',
      lockedSeconds: Math.round(lockedMs / 1000),
    };
    await this.audit.record({ ...about(operator), actor: undefined, action: 'operator.locked', after });
  }
}
