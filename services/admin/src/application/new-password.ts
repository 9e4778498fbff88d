import { LIMITS } from '@beseda/api';
import { invalidField } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { PasswordLimiter } from './password-limiter.js';

const PATH = 'newPassword';

/** Checks a password somebody chooses and makes its hash. */
@Injectable()
export class NewPassword {
  constructor(
    private readonly passwords: Passwords,
    private readonly passwordLimiter: PasswordLimiter,
  ) {}

  /**
   * @param oldHash of the password that is replaced; empty: there is none
   * @throws AppError INVALID_ARGUMENT: `too_short`, `too_long`, `same_password`
   */
  async hash(password: string, oldHash: string): Promise<string> {
    if (password.length < LIMITS.passwordMin) {
      throw invalidField(PATH, 'too_short', `A password must have at least ${LIMITS.passwordMin} characters.`);
    }
    if (password.length > LIMITS.password) {
      throw invalidField(PATH, 'too_long', `A password may have at most ${LIMITS.password} characters.`);
    }
    return this.passwordLimiter.run(async () => {
      if (oldHash && (await this.passwords.verify(oldHash, password))) {
        throw invalidField(PATH, 'same_password', 'This is the password you have now. Choose another one.');
      }
      return this.passwords.hash(password);
    });
  }
}
