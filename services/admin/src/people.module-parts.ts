import { type OutboxDefinition, stateOutbox } from '@beseda/service-defaults';
import type { Provider, Type } from '@nestjs/common';
import { ChangePasswordHandler } from './application/change-password.handler.js';
import { ListOwnSessionsHandler } from './application/list-own-sessions.handler.js';
import { EndOwnSessionsHandler } from './application/end-own-sessions.handler.js';
import { StartSecondFactorHandler } from './application/start-second-factor.handler.js';
import { ConfirmSecondFactorHandler } from './application/confirm-second-factor.handler.js';
import { StopSecondFactorHandler } from './application/stop-second-factor.handler.js';
import { RenewRecoveryCodesHandler } from './application/renew-recovery-codes.handler.js';
import { AccountSecrets } from './application/account-secrets.js';
import { OwnSessions } from './application/own-sessions.js';
import { SecondFactorChange } from './application/second-factor-change.js';
import { Account } from './application/account.js';
import { ContinueLoginHandler } from './application/continue-login.handler.js';
import { CreateOperatorHandler } from './application/create-operator.handler.js';
import { AttemptThrottle } from './application/attempt-throttle.js';
import { Invitations } from './application/invitations.js';
import { InviteAgainHandler } from './application/invite-again.handler.js';
import { ListOperatorsHandler } from './application/list-operators.handler.js';
import { LoginHandler } from './application/login.handler.js';
import { LogoutHandler } from './application/logout.handler.js';
import { MailSender } from './application/mail-sender.js';
import { MailWriter } from './application/mail-writer.js';
import { Mailer } from './application/mailer.js';
import { NewPassword } from './application/new-password.js';
import { People } from './application/people.js';
import { RefreshHandler } from './application/refresh.handler.js';
import { RemoveOperatorHandler } from './application/remove-operator.handler.js';
import { RequestPasswordResetHandler } from './application/request-password-reset.handler.js';
import { SecondFactorCheck } from './application/second-factor-check.js';
import { SessionEnd } from './application/session-end.js';
import { SessionStart } from './application/session-start.js';
import { SessionTokens } from './application/session-tokens.js';
import { SetNewPasswordHandler } from './application/set-new-password.handler.js';
import { SignInOptions } from './application/sign-in-options.js';
import { Superadmins } from './application/superadmins.js';
import { TeamMembers } from './application/team-members.js';
import { Teams } from './application/teams.js';
import { PasswordLimiter } from './application/password-limiter.js';
import { UpdateOperatorHandler } from './application/update-operator.handler.js';
import { operatorRecord, teamRecord } from './infrastructure/bus/people-settings.js';
import { Passwords } from './infrastructure/crypto/passwords.js';
import { MailTransport } from './infrastructure/mail/mail-transport.js';
import { LocksRepository } from './infrastructure/mongo/locks.repository.js';
import { LoginAttemptsRepository } from './infrastructure/mongo/login-attempts.repository.js';
import { MailsRepository } from './infrastructure/mongo/mails.repository.js';
import { OPERATORS_OUTBOX, OperatorsRepository } from './infrastructure/mongo/operators.repository.js';
import { SessionsRepository } from './infrastructure/mongo/sessions.repository.js';
import { TEAMS_OUTBOX, TeamsRepository } from './infrastructure/mongo/teams.repository.js';
import { AccountController } from './transport/grpc/account.controller.js';
import { AuthController } from './transport/grpc/auth.controller.js';
import { OperatorsController } from './transport/grpc/operators.controller.js';
import { TeamsController } from './transport/grpc/teams.controller.js';

/** The outboxes that publish operators and teams. */
export const PEOPLE_OUTBOXES: readonly OutboxDefinition[] = [
  stateOutbox(OPERATORS_OUTBOX, { aggregates: 'operators', toRecords: operatorRecord }),
  stateOutbox(TEAMS_OUTBOX, { aggregates: 'teams', toRecords: teamRecord }),
];

/** Operators, invitations, mail, accounts, sessions, teams. */
export const PEOPLE_PROVIDERS: Provider[] = [
  OperatorsRepository,
  SessionsRepository,
  TeamsRepository,
  MailsRepository,
  LocksRepository,
  LoginAttemptsRepository,
  Passwords,
  { provide: PasswordLimiter, useFactory: () => new PasswordLimiter() },
  AttemptThrottle,
  SignInOptions,
  SessionTokens,
  SessionStart,
  SessionEnd,
  SecondFactorCheck,
  NewPassword,
  LoginHandler,
  ContinueLoginHandler,
  RefreshHandler,
  LogoutHandler,
  MailTransport,
  MailWriter,
  MailSender,
  Mailer,
  RequestPasswordResetHandler,
  SetNewPasswordHandler,
  People,
  Superadmins,
  Invitations,
  TeamMembers,
  Teams,
  CreateOperatorHandler,
  ListOperatorsHandler,
  UpdateOperatorHandler,
  InviteAgainHandler,
  RemoveOperatorHandler,
  Account,
  AccountSecrets,
  OwnSessions,
  SecondFactorChange,
  ChangePasswordHandler,
  ListOwnSessionsHandler,
  EndOwnSessionsHandler,
  StartSecondFactorHandler,
  ConfirmSecondFactorHandler,
  StopSecondFactorHandler,
  RenewRecoveryCodesHandler,
];

export const PEOPLE_CONTROLLERS: Type[] = [AuthController, AccountController, OperatorsController, TeamsController];
