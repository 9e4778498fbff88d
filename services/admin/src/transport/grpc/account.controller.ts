import { checked } from '@beseda/errors';
import type { Actor } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { ChangePasswordHandler } from '../../application/change-password.handler.js';
import { ListOwnSessionsHandler } from '../../application/list-own-sessions.handler.js';
import { EndOwnSessionsHandler } from '../../application/end-own-sessions.handler.js';
import { StartSecondFactorHandler } from '../../application/start-second-factor.handler.js';
import { ConfirmSecondFactorHandler } from '../../application/confirm-second-factor.handler.js';
import { StopSecondFactorHandler } from '../../application/stop-second-factor.handler.js';
import { RenewRecoveryCodesHandler } from '../../application/renew-recovery-codes.handler.js';
import { Account } from '../../application/account.js';
import { accountMessage } from './people.messages.js';
import {
  changePasswordRequest,
  codeRequest,
  endSessionsRequest,
  startSecondFactorRequest,
  updateAccountRequest,
} from './people.schemas.js';
import { operatorOnly } from './scope.js';

/** What an operator sets for himself: the caller is the operator of the actor token, nobody else. */
@Controller()
export class AccountController {
  constructor(
    private readonly account: Account,
    private readonly changePasswordHandler: ChangePasswordHandler,
    private readonly listSessionsHandler: ListOwnSessionsHandler,
    private readonly endSessionsHandler: EndOwnSessionsHandler,
    private readonly startSecondFactorHandler: StartSecondFactorHandler,
    private readonly confirmSecondFactorHandler: ConfirmSecondFactorHandler,
    private readonly stopSecondFactorHandler: StopSecondFactorHandler,
    private readonly renewRecoveryCodesHandler: RenewRecoveryCodesHandler,
  ) {}

  @GrpcMethod('AccountService')
  async getAccount(
    @Payload() _: adminV1.GetAccountRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.GetAccountResponse> {
    return accountMessage(await this.account.get(operatorOnly(actor)));
  }

  @GrpcMethod('AccountService')
  async updateAccount(
    @Payload() request: adminV1.UpdateAccountRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.UpdateAccountResponse> {
    const { version, ...change } = checked(updateAccountRequest, request);
    return { account: accountMessage(await this.account.update(operatorOnly(actor), version, change)) };
  }

  @GrpcMethod('AccountService')
  async changePassword(
    @Payload() request: adminV1.ChangePasswordRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ChangePasswordResponse> {
    const { currentPassword, newPassword, sessionId } = checked(changePasswordRequest, request);
    await this.changePasswordHandler.execute(operatorOnly(actor), currentPassword, newPassword, sessionId);
    return { refresh: true };
  }

  @GrpcMethod('AccountService')
  async listSessions(
    @Payload() _: adminV1.ListSessionsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ListSessionsResponse> {
    const items = await this.listSessionsHandler.execute(operatorOnly(actor));
    return {
      items: items.map(({ id, createdAt, lastUsedAt, address, userAgent }) => ({
        ...{ id, createdAt, lastUsedAt, address, userAgent },
      })),
    };
  }

  @GrpcMethod('AccountService')
  async endSessions(
    @Payload() request: adminV1.EndSessionsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.EndSessionsResponse> {
    const { which } = checked(endSessionsRequest, request);
    const chosen = which.$case === 'sessionId' ? { only: which.value } : { allBut: which.value };
    await this.endSessionsHandler.execute(operatorOnly(actor), chosen);
    return {};
  }

  @GrpcMethod('AccountService')
  startSecondFactor(
    @Payload() request: adminV1.StartSecondFactorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.StartSecondFactorResponse> {
    const { currentPassword } = checked(startSecondFactorRequest, request);
    return this.startSecondFactorHandler.execute(operatorOnly(actor), currentPassword);
  }

  @GrpcMethod('AccountService')
  async confirmSecondFactor(
    @Payload() request: adminV1.ConfirmSecondFactorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.ConfirmSecondFactorResponse> {
    const { code } = checked(codeRequest, request);
    return { recoveryCodes: await this.confirmSecondFactorHandler.execute(operatorOnly(actor), code) };
  }

  @GrpcMethod('AccountService')
  async stopSecondFactor(
    @Payload() request: adminV1.StopSecondFactorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.StopSecondFactorResponse> {
    await this.stopSecondFactorHandler.execute(operatorOnly(actor), checked(codeRequest, request).code);
    return {};
  }

  @GrpcMethod('AccountService')
  async renewRecoveryCodes(
    @Payload() request: adminV1.RenewRecoveryCodesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.RenewRecoveryCodesResponse> {
    const { code } = checked(codeRequest, request);
    return { recoveryCodes: await this.renewRecoveryCodesHandler.execute(operatorOnly(actor), code) };
  }
}
