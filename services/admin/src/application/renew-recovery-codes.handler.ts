import type { Keys, OperatorActor } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { recoveryCodes, recoveryHash } from '../infrastructure/crypto/one-time-passwords.js';
import { AccountSecrets } from './account-secrets.js';
import { SecondFactorChange } from './second-factor-change.js';

/** Gives new recovery codes in place of the old ones. */
@Injectable()
export class RenewRecoveryCodesHandler {
  constructor(
    private readonly secrets: AccountSecrets,
    private readonly change: SecondFactorChange,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  async execute(actor: OperatorActor, code: string): Promise<string[]> {
    const operator = await this.secrets.useCode(actor, code);
    const codes = recoveryCodes();
    const recovery = codes.map((one) => recoveryHash(this.keys, actor.id, one));
    await this.change.write(actor, operator, 'account.recovery_codes_renewed', (present) =>
      present.secondFactor ? { set: { secondFactor: { ...present.secondFactor, recovery } } } : undefined,
    );
    return codes;
  }
}
