import type { Actor } from '@beseda/auth';
import { AppError } from '@beseda/errors';
import { LOGGER, type Logger, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { GatewayConfig } from '../../../config/gateway-config.js';
import { Backends } from '../../../infrastructure/backends.js';
import { oneOf } from '../../mapping/words.js';
import { once } from '../calls.js';
import { AnswersRedirect } from '../describe.js';
import { SessionAnswers, cameFrom } from './session-answers.js';

const GATEWAY: Actor = { kind: 'service', id: 'gateway' };
const COOKIE = 'beseda_oidc';
/** How long somebody may take at the provider; milliseconds. */
const STATE_MS = 600_000;
/** What the login page knows to explain. */
const FAILURES = ['refused', 'unverified', 'unknown', 'disabled', 'failed', 'expired'] as const;

/** A page of the console to go back to: a path of this very origin, whatever was asked. */
export function safeBack(back: unknown): string {
  if (typeof back !== 'string' || back.length > 1_000 || !back.startsWith('/')) return '/';
  const url = URL.parse(back, 'http://console.invalid');
  // "//elsewhere", "/\elsewhere" and the like are other origins to a browser; "/.//elsewhere" is one once it is tidied.
  if (url?.origin !== 'http://console.invalid' || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}

/** Single sign-on: the browser goes to the provider and comes back. */
@ApiTags('auth')
@Controller('api/auth/oidc')
export class SingleSignOnController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(SessionAnswers) private readonly sessions: SessionAnswers,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('start')
  @AnswersRedirect()
  @ApiQuery({ name: 'back', required: false, schema: { type: 'string' } })
  async start(@Query('back') back: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    try {
      const asked = { back: safeBack(back) };
      // Once: whoever pressed the button waits, and learns at once that the provider is away.
      const { url, state } = await this.backends.auth.call('startSingleSignOn', asked, once(GATEWAY));
      response.cookie(COOKIE, state, { ...this.#cookie(request), maxAge: STATE_MS });
      response.redirect(302, url);
    } catch (error) {
      // Not set up, or the provider is away.
      this.#fail(error, response);
    }
  }

  @Get('callback')
  @AnswersRedirect()
  async callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    const state = parseCookie(request.headers.cookie ?? '')[COOKIE] ?? '';
    response.clearCookie(COOKIE, this.#cookie(request));
    try {
      if (state === '') throw new AppError('UNAUTHENTICATED', 'This sign-in took too long.', EXPIRED);
      const origin = this.config.publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`;
      const asked = { url: origin + request.originalUrl, state, ...cameFrom(request) };
      const options = { ...once(GATEWAY), deadlineMs: 12_000 };
      const { session, back } = await this.backends.auth.call('finishSingleSignOn', asked, options);
      await this.sessions.give(session, request, response);
      response.redirect(302, safeBack(back));
    } catch (error) {
      // Refused at the provider, unknown here, too late, or an outage.
      this.#fail(error, response);
    }
  }

  /** A person is looking at this, not a program: the login page tells what went wrong. */
  #fail(error: unknown, response: Response): void {
    this.logger.info({ err: error }, 'a single sign-on did not succeed');
    const word = error instanceof AppError ? error.fields[0]?.code : undefined;
    response.redirect(302, `/login?sso=${oneOf(FAILURES, word, 'failed')}`);
  }

  /** Lax: it must come along when the provider sends the browser back. */
  #cookie(request: Request): CookieOptions {
    return { ...this.sessions.cookieOptions(request), sameSite: 'lax', path: '/api/auth/oidc' };
  }
}

const EXPIRED = { fields: [{ path: '', code: 'expired', message: 'This sign-in took too long.' }] };
