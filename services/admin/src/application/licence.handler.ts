import type { OperatorActor } from '@beseda/auth';
import { appError, invalidField } from '@beseda/errors';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminConfig } from '../config/config.js';
import { type Licence, type LicenceView, stateAt } from '../domain/licence.js';
import { type LicenceFault, isLicenceFault, verifyLicence } from '../infrastructure/crypto/licences.js';
import { LICENCE_ID, LicenceRepository } from '../infrastructure/mongo/licence.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { Audit } from './audit.js';
import { LicenceState } from './licence-state.js';

/** The licence and how many operators may sign in now. */
export interface Billing extends LicenceView {
  operators: number;
}

const FAULTS: Record<LicenceFault, string> = {
  not_a_licence: 'This is no licence: paste the whole text, without anything before or after it.',
  other_key: 'This licence was signed with another key than the one this installation trusts.',
  bad_signature: 'The signature does not fit: the licence was changed or is not complete.',
};

/** Shows and takes the installation's licence. */
@Injectable()
export class LicenceHandler {
  constructor(
    private readonly licences: LicenceRepository,
    private readonly state: LicenceState,
    private readonly operators: OperatorsRepository,
    private readonly audit: Audit,
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
  ) {}

  async get(): Promise<Billing> {
    const operators = (await this.operators.all()).filter(({ disabled, sites }) => !disabled && sites.length > 0);
    return { ...(await this.state.view()), operators: operators.length };
  }

  /** Takes a licence that counts now; an empty text goes back to none. */
  async set(actor: OperatorActor, licence: string): Promise<Billing> {
    const text = licence.trim();
    const now = new Date();
    const after = text === '' ? undefined : await this.#check(text, now);
    const stored = await this.licences.find();
    if (stored.text !== text) {
      const before = (await this.state.judge(stored.text, now)).licence;
      await this.#store(actor, { version: stored.version, text, before, after });
      await this.state.tellFollowers();
    }
    return this.get();
  }

  async #store(
    actor: OperatorActor,
    change: { version: number; text: string; before: Licence | undefined; after: Licence | undefined },
  ): Promise<void> {
    const { version, text, before, after } = change;
    const operator = await this.operators.byId(actor.id);
    const name = (after ?? before)?.holder ?? '';
    await this.audit.change(
      {
        siteId: undefined,
        // In the log of each site of who did it: sites of others are none of his business, nor is he of theirs.
        siteIds: operator ? operator.sites.map(({ siteId }) => siteId) : [actor.siteId],
        actor,
        action: text === '' ? 'licence.removed' : 'licence.set',
        subject: 'licence',
        subjectId: LICENCE_ID,
        subjectName: name,
        before,
        after,
      },
      async () => {
        if (await this.licences.replace(version, text, new Date())) return { result: undefined };
        throw appError('ABORTED', 'Somebody else has set a licence meanwhile.', { retryable: false });
      },
      { collection: 'licence', id: LICENCE_ID, version },
    );
  }

  async #check(text: string, now: Date): Promise<Licence> {
    const key = this.config.licencePublicKey;
    if (!key) {
      throw refused('no_key', 'This installation has no key to verify licences with: set BESEDA_LICENCE_PUBLIC_KEY.');
    }
    const licence = await verifyLicence(text, key);
    if (isLicenceFault(licence)) throw refused(licence, FAULTS[licence]);
    const day = (time: Date): string => time.toISOString().slice(0, 10);
    switch (stateAt(licence, now)) {
      case 'expired':
        throw refused('expired', `This licence ended on ${day(licence.validTo)}.`);
      case 'not_yet':
        throw refused('not_yet', `This licence begins on ${day(licence.validFrom)}.`);
      case 'valid':
        return licence;
    }
  }
}

const refused = (code: string, message: string): Error => invalidField('licence', code, message);
