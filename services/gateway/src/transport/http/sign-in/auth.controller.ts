import { type LoginAnswer, continueBody, loginAnswer, loginBody, meAnswer, sessionAnswer } from '@beseda/api';
import type { Actor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { AppError, appError } from '@beseda/errors';
import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { SignedIn } from '../../../application/callers.js';
import { Directory } from '../../../application/directory.js';
import { Backends } from '../../../infrastructure/backends.js';
import { operatorShape } from '../../mapping/admin.js';
import { oneOf } from '../../mapping/words.js';
import { once } from '../calls.js';
import { Login } from '../caller.js';
import { Answers } from '../describe.js';
import { SessionAnswers, cameFrom, refreshCookie } from './session-answers.js';

const GATEWAY: Actor = { kind: 'service', id: 'gateway' };

/** Signing in and out. */
@ApiTags('auth')
@Controller('api/auth')
export class AuthController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(SessionAnswers) private readonly sessions: SessionAnswers,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Answers(loginAnswer)
  async login(
    @Body({ schema: loginBody }) body: z.infer<typeof loginBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LoginAnswer> {
    // Never repeated: a second try would count as another attempt.
    const answer = await this.backends.auth.call('login', { ...body, ...cameFrom(request) }, once(GATEWAY));
    return this.#answer(answer, request, response);
  }

  @Post('login/continue')
  @HttpCode(200)
  @Answers(loginAnswer)
  async continueLogin(
    @Body({ schema: continueBody }) { ticket, code, newPassword }: z.infer<typeof continueBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LoginAnswer> {
    const given: adminV1.ContinueLoginRequest['answer'] =
      code === undefined ? { $case: 'newPassword', value: newPassword ?? '' } : { $case: 'code', value: code };
    const asked = { ticket, answer: given, ...cameFrom(request) };
    return this.#answer(await this.backends.auth.call('continueLogin', asked, once(GATEWAY)), request, response);
  }

  @Post('refresh')
  @HttpCode(200)
  @Answers(sessionAnswer)
  async refresh(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof sessionAnswer>> {
    const refreshToken = refreshCookie(request);
    if (!refreshToken) throw appError('UNAUTHENTICATED', 'Sign in: there is no session here.');
    try {
      const { session } = await this.backends.auth.call('refresh', { refreshToken }, { actor: GATEWAY });
      return await this.sessions.give(session, request, response);
    } catch (error) {
      // Only a session that is over: its cookie would be refused for ever. On an outage the cookie stays.
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') this.sessions.clear(request, response);
      throw error;
    }
  }

  @Post('logout')
  @HttpCode(204)
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const refreshToken = refreshCookie(request);
    // Only its owner knows whether the cookie is worth anything. If so, it tells every gateway whose sockets must go.
    if (refreshToken) await this.backends.auth.call('logout', { refreshToken }, { actor: GATEWAY });
    this.sessions.clear(request, response);
  }

  @Get('me')
  @Answers(meAnswer)
  me(@Login() login: SignedIn): z.infer<typeof meAnswer> {
    return { operator: operatorShape(login.operator, this.directory) };
  }

  async #answer({ session, next }: adminV1.LoginResponse, request: Request, response: Response): Promise<LoginAnswer> {
    if (!next) return this.sessions.give(session, request, response);
    const { step, ticket, expiresIn } = next;
    return { next: oneOf(['code', 'password'] as const, step, 'code'), ticket, expiresIn };
  }
}
