import { type Keys, type OperatorActor, seal } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { newTotpSecret, totpUri } from '../infrastructure/crypto/totp.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { AccountSecrets } from './account-secrets.js';
import { Account, refused } from './account.js';
import { factorContext } from './second-factor-check.js';

const ISSUER = 'Beseda';

/** Begins to switch the second factor on. */
@Injectable()
export class StartSecondFactorHandler {
  constructor(
    private readonly account: Account,
    private readonly secrets: AccountSecrets,
    private readonly operators: OperatorsRepository,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** A secret for an authenticator; nothing is on until a code of it was shown. */
  async execute(actor: OperatorActor, current: string): Promise<{ secret: string; uri: string }> {
    const operator = await this.account.get(actor);
    if (operator.secondFactor) throw refused('secondFactor', 'already_on', 'The second factor is on.');
    await this.secrets.assertPassword(operator, current);
    const secret = newTotpSecret();
    const sealed = seal(this.keys, factorContext(actor.id), secret);
    await this.operators.change(actor.id, correlationId(), () => ({
      set: { secondFactorStart: { secret: sealed, at: new Date() } },
    }));
    return { secret, uri: totpUri(secret, operator.email, ISSUER) };
  }
}
