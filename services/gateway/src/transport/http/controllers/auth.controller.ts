import { adminV1 } from '@beseda/contracts';
import { AppError, appError } from '@beseda/errors';
import type { Actor } from '@beseda/auth';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { z } from 'zod';
import type { SignedIn } from '../../../application/callers.js';
import { Directory } from '../../../application/directory.js';
import { SessionEnds } from '../../../application/session-ends.js';
import type { GatewayConfig } from '../../../config/gateway-config.js';
import { Backends } from '../../../infrastructure/backends.js';
import { operatorShape } from '../../mapping/admin.js';
import { loginBody, meAnswer, sessionAnswer } from '../../shapes/admin.js';
import { Login } from '../caller.js';
import { Answers } from '../validation.js';

const COOKIE = 'beseda_refresh';
const GATEWAY: Actor = { kind: 'service', id: 'gateway' };

/** Signing in and out. The refresh token lives in a cookie that scripts cannot read and other sites cannot send. */
@ApiTags('auth')
@Controller('api/auth')
export class AuthController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Answers(sessionAnswer)
  async login(
    @Body({ schema: loginBody }) body: z.infer<typeof loginBody>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof sessionAnswer>> {
    const from = { address: request.ip ?? '', userAgent: (request.get('user-agent') ?? '').slice(0, 500) };
    // Never repeated: a second try would count as another attempt.
    const options = { actor: GATEWAY, retry: false };
    const { session } = await this.backends.auth.call('login', { ...body, ...from }, options);
    return this.#answer(session, request, response);
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
      return await this.#answer(session, request, response);
    } catch (error) {
      // Only a session that is over: its cookie would be refused for ever. On an outage the cookie stays.
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') this.#clearCookie(request, response);
      throw error;
    }
  }

  @Post('logout')
  @HttpCode(204)
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const refreshToken = refreshCookie(request);
    if (refreshToken) {
      await this.backends.auth.call('logout', { refreshToken }, { actor: GATEWAY });
      // The token begins with the id of its session, which nobody else knows.
      this.ends.end(refreshToken.split('.', 1)[0] ?? '');
    }
    this.#clearCookie(request, response);
  }

  @Get('me')
  @Answers(meAnswer)
  me(@Login() login: SignedIn): z.infer<typeof meAnswer> {
    return { operator: operatorShape(login.operator, this.directory) };
  }

  async #answer(
    session: adminV1.Session | undefined,
    request: Request,
    response: Response,
  ): Promise<z.infer<typeof sessionAnswer>> {
    const operator = session?.operator;
    if (!session || !operator) throw new TypeError('admin answered without a session');
    // Somebody made a moment ago may sign in before the news of him has come here.
    await this.directory.settled(() => {
      const known = this.directory.operator(operator.id);
      return known !== undefined && known.tokenVersion >= operator.tokenVersion;
    });
    response.cookie(COOKIE, session.refreshToken, {
      ...this.#cookieOptions(request),
      maxAge: session.refreshExpiresIn * 1_000,
    });
    return {
      accessToken: session.accessToken,
      expiresIn: session.expiresIn,
      operator: operatorShape(this.directory.operator(operator.id) ?? operator, this.directory),
    };
  }

  #clearCookie(request: Request, response: Response): void {
    response.clearCookie(COOKIE, this.#cookieOptions(request));
  }

  #cookieOptions(request: Request): CookieOptions {
    const secure = this.config.publicUrl?.startsWith('https:') ?? request.secure;
    return { httpOnly: true, sameSite: 'strict', path: '/api/auth', secure };
  }
}

const refreshCookie = (request: Request): string | undefined =>
  parseCookie(request.headers.cookie ?? '')[COOKIE] || undefined;
