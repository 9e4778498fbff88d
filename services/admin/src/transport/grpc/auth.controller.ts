import { checked } from '@beseda/errors';
import { adminV1 } from '@beseda/contracts';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { ContinueLoginHandler } from '../../application/continue-login.handler.js';
import { LoginHandler } from '../../application/login.handler.js';
import { LogoutHandler } from '../../application/logout.handler.js';
import { RefreshHandler } from '../../application/refresh.handler.js';
import { RequestPasswordResetHandler } from '../../application/request-password-reset.handler.js';
import { SetNewPasswordHandler } from '../../application/set-new-password.handler.js';
import { SignInOptions } from '../../application/sign-in-options.js';
import { outcomeMessage, sessionMessage } from './people.messages.js';
import { continueLoginRequest, loginRequest, passwordResetRequest, resetPasswordRequest } from './people.schemas.js';

/** Signing in by password. */
@Controller()
export class AuthController {
  constructor(
    private readonly loginHandler: LoginHandler,
    private readonly continueHandler: ContinueLoginHandler,
    private readonly refreshHandler: RefreshHandler,
    private readonly logoutHandler: LogoutHandler,
    private readonly requestHandler: RequestPasswordResetHandler,
    private readonly setPasswordHandler: SetNewPasswordHandler,
    private readonly options: SignInOptions,
  ) {}

  @GrpcMethod('AuthService')
  async login(@Payload() request: adminV1.LoginRequest): Promise<adminV1.LoginResponse> {
    return outcomeMessage(await this.loginHandler.execute(checked(loginRequest, request)));
  }

  @GrpcMethod('AuthService')
  async continueLogin(@Payload() request: adminV1.ContinueLoginRequest): Promise<adminV1.ContinueLoginResponse> {
    const { answer, ...login } = checked(continueLoginRequest, request, (path) =>
      path === 'answer.value' ? (request.answer?.$case ?? 'answer') : path,
    );
    const shown = answer && { [answer.$case]: answer.value };
    return outcomeMessage(await this.continueHandler.execute({ ...login, ...shown }));
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

  @GrpcMethod('AuthService')
  async requestPasswordReset(
    @Payload() request: adminV1.RequestPasswordResetRequest,
  ): Promise<adminV1.RequestPasswordResetResponse> {
    const { locale, ...command } = checked(passwordResetRequest, request);
    await this.requestHandler.execute({ ...command, locale: locale || 'en' });
    return {};
  }

  @GrpcMethod('AuthService')
  async resetPassword(@Payload() request: adminV1.ResetPasswordRequest): Promise<adminV1.ResetPasswordResponse> {
    await this.setPasswordHandler.execute(checked(resetPasswordRequest, request));
    return {};
  }

  @GrpcMethod('AuthService')
  getSignInOptions(): adminV1.GetSignInOptionsResponse {
    const { singleSignOn, passwordsOff, mailServer } = this.options;
    return { singleSignOn, passwordsOff, mailServer };
  }
}
