import { adminV1 } from '@beseda/contracts';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { LoginHandler } from '../../application/login.handler.js';
import { LogoutHandler } from '../../application/logout.handler.js';
import { RefreshHandler } from '../../application/refresh.handler.js';
import type { SignedIn } from '../../application/session-tokens.js';
import { operatorSettings } from '../../infrastructure/bus/people-settings.js';
import { loginRequest, parse } from './schemas.js';

const sessionMessage = ({ operator, ...tokens }: SignedIn): adminV1.Session => ({
  ...tokens,
  operator: operatorSettings(operator),
});

@Controller()
export class AuthController {
  constructor(
    private readonly loginHandler: LoginHandler,
    private readonly refreshHandler: RefreshHandler,
    private readonly logoutHandler: LogoutHandler,
  ) {}

  @GrpcMethod('AuthService')
  async login(@Payload() request: adminV1.LoginRequest): Promise<adminV1.LoginResponse> {
    return { session: sessionMessage(await this.loginHandler.execute(parse(loginRequest, request))) };
  }

  @GrpcMethod('AuthService')
  async refresh(@Payload() request: adminV1.RefreshRequest): Promise<adminV1.RefreshResponse> {
    return { session: sessionMessage(await this.refreshHandler.execute(request.refreshToken)) };
  }

  @GrpcMethod('AuthService')
  async logout(@Payload() request: adminV1.LogoutRequest): Promise<adminV1.LogoutResponse> {
    await this.logoutHandler.execute(request.refreshToken);
    return {};
  }
}
