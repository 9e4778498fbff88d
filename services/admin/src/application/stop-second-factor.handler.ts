import type { OperatorActor } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import { AccountSecrets } from './account-secrets.js';
import { SecondFactorChange } from './second-factor-change.js';

/** Switches the second factor off. */
@Injectable()
export class StopSecondFactorHandler {
  constructor(
    private readonly secrets: AccountSecrets,
    private readonly change: SecondFactorChange,
  ) {}

  async execute(actor: OperatorActor, code: string): Promise<void> {
    const operator = await this.secrets.useCode(actor, code);
    await this.change.write(actor, operator, 'account.second_factor_off', () => ({
      unset: ['secondFactor', 'secondFactorStart'],
    }));
  }
}
