import { confirmResetBody, optionsAnswer, resetBody } from '@beseda/api';
import type { Actor } from '@beseda/auth';
import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { once } from '../calls.js';
import { Answers } from '../describe.js';

const GATEWAY: Actor = { kind: 'service', id: 'gateway' };

/** Ways to sign in, and the way back for who forgot the password. */
@ApiTags('auth')
@Controller('api/auth')
export class PasswordResetController {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  @Get('options')
  @Answers(optionsAnswer)
  async options(): Promise<z.infer<typeof optionsAnswer>> {
    const { singleSignOn, passwordsOff, mailServer } = await this.backends.auth.call(
      'getSignInOptions',
      {},
      { actor: GATEWAY },
    );
    return { singleSignOn, passwordsOff, mailServer };
  }

  /** Answers alike whether or not somebody has this address. */
  @Post('password-reset')
  @HttpCode(204)
  async request(
    @Body({ schema: resetBody }) { email, locale }: z.infer<typeof resetBody>,
    @Req() request: Request,
  ): Promise<void> {
    const asked = { email, locale, address: request.ip ?? '' };
    await this.backends.auth.call('requestPasswordReset', asked, once(GATEWAY));
  }

  @Post('password-reset/confirm')
  @HttpCode(204)
  async confirm(
    @Body({ schema: confirmResetBody }) { token, newPassword }: z.infer<typeof confirmResetBody>,
    @Req() request: Request,
  ): Promise<void> {
    const asked = { token, newPassword, address: request.ip ?? '' };
    await this.backends.auth.call('resetPassword', asked, once(GATEWAY));
  }
}
