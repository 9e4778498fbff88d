import { adminV1 } from '@beseda/contracts';
import type { InvitationState } from '../../application/invitations.js';
import type { ManagedOperator } from '../../application/list-operators.handler.js';
import type { LoginOutcome } from '../../application/login.handler.js';
import type { SignedIn } from '../../application/session-tokens.js';
import { operatorSettings } from '../../infrastructure/bus/people-settings.js';
import { operatorOf } from '../../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../../infrastructure/mongo/people.documents.js';

export const sessionMessage = ({ operator, ...tokens }: SignedIn): adminV1.Session => ({
  ...tokens,
  operator: operatorSettings(operator),
});

export const outcomeMessage = (outcome: LoginOutcome): adminV1.LoginResponse =>
  'session' in outcome
    ? { session: sessionMessage(outcome.session), next: undefined }
    : { session: undefined, next: outcome.next };

export const invitationMessage = (invitation: InvitationState | undefined): adminV1.Invitation | undefined =>
  invitation && {
    state: invitation.state,
    at: invitation.at,
    detail: invitation.detail,
    expiresAt: invitation.expiresAt,
  };

export const managedMessage = (managed: ManagedOperator): adminV1.ManagedOperator => ({
  operator: operatorSettings(managed.operator),
  version: managed.operator.version,
  teamIds: managed.teamIds,
  invitation: invitationMessage(managed.invitation),
  lastSignInAt: managed.lastSignInAt,
  secondFactor: managed.secondFactor,
  singleSignOn: managed.singleSignOn,
});

export const accountMessage = (operator: OperatorDocument): adminV1.GetAccountResponse => ({
  operator: operatorSettings(operatorOf(operator)),
  version: operator.version,
  secondFactor: operator.secondFactor !== undefined,
  recoveryCodesLeft: operator.secondFactor?.recovery.length ?? 0,
  noPassword: operator.passwordHash === '',
});
