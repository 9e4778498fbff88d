import { LIMITS } from '@beseda/api';
import { checked } from '@beseda/errors';
import { adminV1 } from '@beseda/contracts';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { z } from 'zod';
import { SingleSignOnHandler } from '../../application/single-sign-on.handler.js';
import { operatorSettings } from '../../infrastructure/bus/people-settings.js';

const startRequest = z.strictObject({ back: z.string().max(LIMITS.signOnBack) });
const finishRequest = z.strictObject({
  url: z.string().max(LIMITS.signOnUrl),
  state: z.string().max(LIMITS.signOnUrl),
  address: z.string().max(LIMITS.address),
  // Only shown in the list of sessions: what is too long is cut, not refused.
  userAgent: z.string().transform((text) => text.slice(0, LIMITS.sessionUserAgentKept)),
});

/** Single sign-on; called by gateways for people who have no actor token yet. */
@Controller()
export class SingleSignOnController {
  constructor(private readonly handler: SingleSignOnHandler) {}

  @GrpcMethod('AuthService')
  startSingleSignOn(@Payload() request: adminV1.StartSingleSignOnRequest): Promise<adminV1.StartSingleSignOnResponse> {
    return this.handler.start(checked(startRequest, request).back);
  }

  @GrpcMethod('AuthService')
  async finishSingleSignOn(
    @Payload() request: adminV1.FinishSingleSignOnRequest,
  ): Promise<adminV1.FinishSingleSignOnResponse> {
    const { session, back } = await this.handler.finish(checked(finishRequest, request));
    const { operator, ...tokens } = session;
    return { session: { ...tokens, operator: operatorSettings(operator) }, back };
  }
}
