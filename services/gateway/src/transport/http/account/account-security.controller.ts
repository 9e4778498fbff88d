import {
  changePasswordBody,
  codeBody,
  recoveryCodesAnswer,
  secondFactorSecret,
  sessionsAnswer,
  startSecondFactorBody,
} from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { SignedIn } from '../../../application/callers.js';
import { Directory } from '../../../application/directory.js';
import { Backends } from '../../../infrastructure/backends.js';
import { iso } from '../../mapping/words.js';
import { once } from '../calls.js';
import { IdParam, Login, Operator } from '../caller.js';
import { Answers } from '../describe.js';

/** An echo of ended sessions is waited for this long; milliseconds. */
const ECHO_MS = 1_000;

/** Password, sessions and second factor of the operator who calls. */
@ApiTags('account')
@Controller('api/account')
export class AccountSecurityController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
  ) {}

  @Post('password')
  @HttpCode(204)
  async changePassword(
    @Body({ schema: changePasswordBody }) body: z.infer<typeof changePasswordBody>,
    @Login() { sessionId, tokenVersion }: SignedIn,
    @Operator() actor: OperatorActor,
  ): Promise<void> {
    const asked = { ...body, sessionId };
    const { refresh } = await this.backends.account.call('changePassword', asked, once(actor));
    // The answer comes when the old tokens are refused here.
    if (refresh) await this.#settled(actor.id, (operator) => operator.tokenVersion > tokenVersion);
  }

  @Get('sessions')
  @Answers(sessionsAnswer)
  async sessions(
    @Login() { sessionId }: SignedIn,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof sessionsAnswer>> {
    const { items } = await this.backends.account.call('listSessions', {}, { actor });
    return {
      items: items.map(({ id, createdAt, lastUsedAt, address, userAgent }) => ({
        ...{ id, address, userAgent },
        createdAt: iso(createdAt),
        lastUsedAt: iso(lastUsedAt),
        current: id === sessionId,
      })),
    };
  }

  @Delete('sessions/:sessionId')
  @HttpCode(204)
  async endSession(@IdParam('sessionId') sessionId: string, @Operator() actor: OperatorActor): Promise<void> {
    const which = { $case: 'sessionId', value: sessionId } as const;
    await this.backends.account.call('endSessions', { which }, { actor });
    await this.#settled(actor.id, (operator) => operator.endedSessions.some((ended) => ended.sessionId === sessionId));
  }

  @Delete('sessions')
  @HttpCode(204)
  async endOthers(@Login() { sessionId }: SignedIn, @Operator() actor: OperatorActor): Promise<void> {
    const { items } = await this.backends.account.call('listSessions', {}, { actor });
    const others = items.map(({ id }) => id).filter((id) => id !== sessionId);
    const which = { $case: 'allBut', value: sessionId } as const;
    await this.backends.account.call('endSessions', { which }, { actor });
    if (others.length === 0) return;
    await this.#settled(actor.id, ({ endedSessions }) =>
      endedSessions.some((ended) => others.includes(ended.sessionId)),
    );
  }

  @Post('second-factor')
  @HttpCode(200)
  @Answers(secondFactorSecret)
  async startSecondFactor(
    @Body({ schema: startSecondFactorBody }) body: z.infer<typeof startSecondFactorBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof secondFactorSecret>> {
    const { secret, uri } = await this.backends.account.call('startSecondFactor', body, once(actor));
    return { secret, uri };
  }

  @Post('second-factor/confirm')
  @HttpCode(200)
  @Answers(recoveryCodesAnswer)
  async confirmSecondFactor(
    @Body({ schema: codeBody }) body: z.infer<typeof codeBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof recoveryCodesAnswer>> {
    const { recoveryCodes } = await this.backends.account.call('confirmSecondFactor', body, once(actor));
    return { recoveryCodes };
  }

  @Delete('second-factor')
  @HttpCode(204)
  async stopSecondFactor(
    @Body({ schema: codeBody }) body: z.infer<typeof codeBody>,
    @Operator() actor: OperatorActor,
  ): Promise<void> {
    await this.backends.account.call('stopSecondFactor', body, once(actor));
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @Answers(recoveryCodesAnswer)
  async renewRecoveryCodes(
    @Body({ schema: codeBody }) body: z.infer<typeof codeBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof recoveryCodesAnswer>> {
    const { recoveryCodes } = await this.backends.account.call('renewRecoveryCodes', body, once(actor));
    return { recoveryCodes };
  }

  async #settled(operatorId: string, seen: (operator: SignedIn['operator']) => boolean): Promise<void> {
    await this.directory.settled(() => {
      const operator = this.directory.operator(operatorId);
      return operator === undefined || seen(operator);
    }, ECHO_MS);
  }
}
