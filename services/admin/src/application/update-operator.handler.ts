import { isDeepStrictEqual } from 'node:util';
import type { OperatorActor } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import {
  type ManagedChange,
  changedPerson,
  changedPlace,
  mayWeaken,
  touchesAccount,
  touchesPerson,
} from '../domain/operator-change.js';
import { overreach } from '../domain/rights.js';
import { staleVersion } from '../domain/versions.js';
import { type OperatorChange, OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { SessionsRepository } from '../infrastructure/mongo/sessions.repository.js';
import { Audit } from './audit.js';
import { type FreshInvitation, Invitations } from './invitations.js';
import { ListOperatorsHandler, type ManagedOperator } from './list-operators.handler.js';
import { MailSender } from './mail-sender.js';
import {
  type Caller,
  People,
  assertManages,
  assertMayEditPerson,
  assertMayOpenAccount,
  onSite,
  shownOfPerson,
  shownOfPlace,
} from './people.js';
import { type AssertOthers, Superadmins } from './superadmins.js';
import { TeamMembers } from './team-members.js';

export interface UpdateOperatorCommand extends ManagedChange {
  operatorId: string;
  /** 0: whatever it is now. */
  version: number;
  teamIds?: readonly string[] | undefined;
}

/** Changes an operator of the caller's site: role and rights there, and the person as far as that is the caller's to decide. */
@Injectable()
export class UpdateOperatorHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sessions: SessionsRepository,
    private readonly people: People,
    private readonly superadmins: Superadmins,
    private readonly invitations: Invitations,
    private readonly teamMembers: TeamMembers,
    private readonly list: ListOperatorsHandler,
    private readonly sender: MailSender,
    private readonly audit: Audit,
  ) {}

  async execute(actor: OperatorActor, command: UpdateOperatorCommand): Promise<ManagedOperator> {
    const caller = await this.people.caller(actor);
    const target = await this.people.target(caller, command.operatorId);
    assertVersion(target, command);
    if (command.teamIds) {
      await this.people.assertTeams(caller.scope, command.teamIds);
      await this.teamMembers.assertMaySet(caller, command.operatorId, command.teamIds);
    }
    const fresh = await this.#freshFor(caller, target, command);
    const change = (assertOthers?: AssertOthers): Promise<OperatorDocument> =>
      this.#change(actor, caller, target, command, fresh, assertOthers);
    const changed = mayWeaken(command) ? await this.superadmins.guarded(change) : await change();
    if (changed.disabled && command.disabled) await this.sessions.removeAllOf(changed._id);
    if (command.teamIds) await this.#changeTeams(actor, caller, changed, command.teamIds);
    if (command.email !== undefined) this.sender.wake();
    return this.list.one(caller.scope, changed);
  }

  /** An invitation that went to a wrong address must not work any more: a new one goes to the new address. */
  #freshFor(
    caller: Caller,
    target: OperatorDocument,
    { email }: UpdateOperatorCommand,
  ): Promise<FreshInvitation> | undefined {
    if (!target.invited || email === undefined || email === target.email) return undefined;
    const locale = target.locale || caller.locale || 'en';
    return this.invitations.fresh({ siteId: caller.scope.siteId, by: caller.name, locale }, target);
  }

  async #change(
    actor: OperatorActor,
    caller: Caller,
    target: OperatorDocument,
    command: UpdateOperatorCommand,
    fresh: FreshInvitation | undefined,
    assertOthers: AssertOthers | undefined,
  ): Promise<OperatorDocument> {
    const decide = (present: OperatorDocument): OperatorChange | undefined => {
      assertVersion(present, command);
      const decided = decideChange(caller, present, command, fresh);
      if (decided?.set) assertOthers?.(present, decided.set, command.disabled ? 'disabled' : 'role');
      return decided;
    };
    const { siteId } = caller.scope;
    const planned = { ...target, ...decide(target)?.set };
    const guard = { collection: 'operators', id: target._id, version: target.version };
    const about = { actor, subject: 'operator', subjectId: target._id, subjectName: target.name };
    const write = (): Promise<OperatorDocument> => this.operators.change(target._id, correlationId(), decide);
    const person = (): Promise<OperatorDocument> => {
      const siteIds = target.sites.map((site) => site.siteId);
      const states = { before: shownOfPerson(target), after: shownOfPerson(planned) };
      return this.audit.change(
        { siteId, siteIds, ...about, action: actionOf(command), ...states },
        async () => {
          const result = await write();
          return { result, after: shownOfPerson(result) };
        },
        guard,
      );
    };
    const states = { before: shownOfPlace(target, siteId), after: shownOfPlace(planned, siteId) };
    return this.audit.change(
      { siteId, ...about, action: 'operator.updated', ...states },
      async () => {
        const result = await (touchesPerson(command) ? person() : write());
        return { result, after: shownOfPlace(result, siteId) };
      },
      guard,
    );
  }

  async #changeTeams(
    actor: OperatorActor,
    caller: Caller,
    { _id, name }: OperatorDocument,
    teamIds: readonly string[],
  ): Promise<void> {
    const { scope } = caller;
    const about = {
      siteId: scope.siteId,
      actor,
      action: 'operator.teams_changed',
      subject: 'operator',
      subjectId: _id,
    };
    await this.audit.change({ ...about, subjectName: name, after: { teamIds } }, async () => {
      const before = await this.teamMembers.of(scope, _id);
      await this.teamMembers.set(scope, _id, teamIds, caller);
      return { result: undefined, before: { teamIds: before }, after: { teamIds: [...teamIds].sort() } };
    });
  }
}

function assertVersion({ version }: OperatorDocument, command: UpdateOperatorCommand): void {
  if (command.version !== 0 && command.version !== version) throw staleVersion();
}

/** @throws AppError PERMISSION_DENIED for what is not the caller's to decide, NOT_FOUND when the operator has left the site */
function decideChange(
  caller: Caller,
  present: OperatorDocument,
  command: UpdateOperatorCommand,
  fresh: FreshInvitation | undefined,
): OperatorChange | undefined {
  const place = onSite(caller, present);
  if (touchesPerson(command)) assertMayEditPerson(caller, present);
  if (touchesAccount(command)) assertMayOpenAccount(caller, present);
  if (command.role !== undefined || command.rights) assertManages(caller, present);
  if (present._id === caller.id) assertNotAgainstSelf(command);
  const after = changedPlace(place, command);
  const excess = overreach(caller.own, place, after);
  if (excess) throw appError('PERMISSION_DENIED', excess.message, { fields: [excess] });
  const set: NonNullable<OperatorChange['set']> = {
    ...changedPerson(operatorOf(present), command),
    sites: present.sites.map((site) => (site.siteId === place.siteId ? after : site)),
  };
  const movesMail = command.email !== undefined && command.email !== present.email;
  const factorOff =
    command.secondFactorOff === true && (present.secondFactor ?? present.secondFactorStart) !== undefined;
  if (!factorOff && isDeepStrictEqual(operatorOf({ ...present, ...set }), operatorOf(present))) return undefined;
  return {
    set: { ...set, ...(movesMail && present.invited ? fresh?.set : {}) },
    unset: [
      ...(movesMail && present.invited ? (fresh?.unset ?? []) : []),
      ...(factorOff ? (['secondFactor', 'secondFactorStart'] as const) : []),
      // Links that went to the former address are worth nothing from now on.
      ...(movesMail || command.disabled ? (['reset'] as const) : []),
    ],
    ...mailAbout(present, movesMail, fresh),
  };
}

/** The former address hears of a change, whoever made it; somebody who never signed in is invited at the new one. */
function mailAbout(
  { email, invited, locale }: OperatorDocument,
  movesMail: boolean,
  fresh: FreshInvitation | undefined,
): Pick<OperatorChange, 'mail'> {
  if (!movesMail) return {};
  if (invited) return fresh ? { mail: fresh.mail } : {};
  return { mail: { mailId: v7(), template: 'email-changed', locale: locale || 'en', to: email, at: new Date() } };
}

/** What a stolen session must not do to its owner, and what nobody means to do to himself. */
function assertNotAgainstSelf({ disabled, secondFactorOff }: UpdateOperatorCommand): void {
  const path = disabled ? 'disabled' : secondFactorOff ? 'secondFactor' : undefined;
  if (path === undefined) return;
  const message =
    path === 'disabled'
      ? 'Nobody can disable himself.'
      : 'Your own second factor is switched off in your account, with a code.';
  throw appError('FAILED_PRECONDITION', message, { fields: [{ path, code: 'yourself', message }] });
}

function actionOf({ disabled, secondFactorOff }: UpdateOperatorCommand): string {
  if (disabled !== undefined) return disabled ? 'operator.disabled' : 'operator.enabled';
  return secondFactorOff ? 'operator.second_factor_off' : 'operator.updated';
}
