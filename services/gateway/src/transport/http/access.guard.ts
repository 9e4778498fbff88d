import { appError } from '@beseda/errors';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Callers } from '../../application/callers.js';
import { RateLimits } from '../../application/rate-limits.js';
import { type Identified, bearerToken, identify } from './caller.js';
import { ROUTES } from './features.js';
import type { Access } from './route.js';

/** Looks the route up in the table, says who calls, and refuses who may not. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const route = request.route as { path: string } | undefined;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const access = ROUTES[`${method} ${route?.path ?? ''}`];
    if (!access) throw appError('PERMISSION_DENIED', 'Nobody may call this.');
    identify(request, await this.#admit(access, request));
    return true;
  }

  async #admit(access: Access, request: Request): Promise<Identified> {
    const address = request.ip ?? '';
    switch (access.who) {
      case 'anyone':
        if (access.rate) await this.limits.consume(access.rate, { address });
        return {};
      case 'operator': {
        const signedIn = await this.callers.operator(bearerToken(request));
        const siteId = request.params['siteId'];
        const actor =
          access.site === 'path'
            ? this.callers.onSite(signedIn, typeof siteId === 'string' ? siteId : '', access.role)
            : this.callers.anywhere(signedIn, access.role);
        return { signedIn, operator: actor };
      }
      case 'contact': {
        const { actor } = await this.callers.visitor(bearerToken(request));
        await this.limits.consume(access.rate, { address, contactId: actor.id });
        return { contact: actor };
      }
    }
  }
}
