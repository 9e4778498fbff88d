import { type Keys, type OperatorActor, unseal } from '@beseda/auth';
import { bytesOf } from '@beseda/mongo';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { recoveryCodes, recoveryHash } from '../infrastructure/crypto/one-time-passwords.js';
import { totpStep } from '../infrastructure/crypto/totp.js';
import { AccountSecrets, wrongCode } from './account-secrets.js';
import { Account, refused } from './account.js';
import { personKey } from './attempt-throttle.js';
import { SecondFactorChange } from './second-factor-change.js';
import { factorContext } from './second-factor-check.js';

/** How long a secret waits for its first code; milliseconds. */
const START_MS = 15 * 60_000;

/** Switches the second factor on once its first code is shown. */
@Injectable()
export class ConfirmSecondFactorHandler {
  constructor(
    private readonly account: Account,
    private readonly secrets: AccountSecrets,
    private readonly change: SecondFactorChange,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** @returns the recovery codes; they are stored only as hashes */
  async execute(actor: OperatorActor, code: string): Promise<string[]> {
    const operator = await this.account.get(actor);
    const start = operator.secondFactorStart;
    const now = new Date();
    if (!start || now.getTime() - start.at.getTime() > START_MS)
      throw refused('code', 'expired', 'This took too long. Begin again.');
    const secret = unseal(this.keys, factorContext(actor.id), bytesOf(start.secret));
    const step = await this.secrets.counted(personKey('code', actor.id), async () => totpStep(secret, code, now));
    if (step === undefined) throw wrongCode();
    const codes = recoveryCodes();
    const recovery = codes.map((one) => recoveryHash(this.keys, actor.id, one));
    await this.change.write(actor, operator, 'account.second_factor_on', (present) => {
      if (present.secondFactorStart?.at.getTime() !== start.at.getTime())
        throw refused('code', 'expired', 'Begin again.');
      return {
        set: { secondFactor: { secret: start.secret, lastStep: step, recovery } },
        unset: ['secondFactorStart'],
      };
    });
    return codes;
  }
}
