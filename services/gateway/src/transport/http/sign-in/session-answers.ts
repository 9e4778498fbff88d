import type { sessionAnswer } from '@beseda/api';
import type { adminV1 } from '@beseda/contracts';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { z } from 'zod';
import { Directory } from '../../../application/directory.js';
import type { GatewayConfig } from '../../../config/gateway-config.js';
import { operatorShape } from '../../mapping/admin.js';

const COOKIE = 'beseda_refresh';

/** Where a request came from, as sign-ins are noted. */
export const cameFrom = (request: Request): { address: string; userAgent: string } => ({
  address: request.ip ?? '',
  userAgent: (request.get('user-agent') ?? '').slice(0, 500),
});

export const refreshCookie = (request: Request): string | undefined =>
  parseCookie(request.headers.cookie ?? '')[COOKIE] || undefined;

/** Hands sessions out: the refresh token in a cookie that scripts cannot read and other sites cannot send. */
@Injectable()
export class SessionAnswers {
  constructor(
    @Inject(Directory) private readonly directory: Directory,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
  ) {}

  async give(
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
      ...this.cookieOptions(request),
      maxAge: session.refreshExpiresIn * 1_000,
    });
    return {
      accessToken: session.accessToken,
      expiresIn: session.expiresIn,
      operator: operatorShape(this.directory.operator(operator.id) ?? operator, this.directory),
    };
  }

  clear(request: Request, response: Response): void {
    response.clearCookie(COOKIE, this.cookieOptions(request));
  }

  cookieOptions(request: Request): CookieOptions {
    const secure = this.config.publicUrl?.startsWith('https:') ?? request.secure;
    return { httpOnly: true, sameSite: 'strict', path: '/api/auth', secure };
  }
}
