import { type Keys, unseal } from '@beseda/auth';
import { bytesOf } from '@beseda/mongo';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { looksLikeRecovery, recoveryHash } from '../infrastructure/crypto/one-time-passwords.js';
import { totpStep } from '../infrastructure/crypto/totp.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';

/** Under what the secret of a second factor is encrypted. */
export const factorContext = (operatorId: string): string => `second-factor:${operatorId}`;

/** Checks codes of second factors. Each code works once, on whichever replica it comes first. */
@Injectable()
export class SecondFactorCheck {
  constructor(
    private readonly operators: OperatorsRepository,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** Whether this is a good code of the operator's authenticator, or a recovery code that is left; it is used up then. */
  async use({ _id, secondFactor }: OperatorDocument, code: string, now: Date): Promise<boolean> {
    if (!secondFactor) return false;
    if (looksLikeRecovery(code)) {
      const hash = recoveryHash(this.keys, _id, code);
      return secondFactor.recovery.includes(hash) && this.operators.useRecovery(_id, hash);
    }
    const step = await totpStep(unseal(this.keys, factorContext(_id), bytesOf(secondFactor.secret)), code, now);
    return step !== undefined && step > secondFactor.lastStep && this.operators.useStep(_id, step);
  }
}
