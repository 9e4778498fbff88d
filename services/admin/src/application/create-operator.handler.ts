import type { Role } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import {
  type Locale,
  NEW_OPERATOR,
  type SiteRights,
  type SiteRole,
  normalEmail,
  siteRoleOf,
} from '../domain/operator.js';
import { defaultRights, overreach } from '../domain/rights.js';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { MailIntent, OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { Audit } from './audit.js';
import { type InvitationState, Invitations } from './invitations.js';
import { MailSender } from './mail-sender.js';
import { type Caller, People, shownOnSite } from './people.js';
import { TeamMembers } from './team-members.js';
import { PasswordLimiter } from './password-limiter.js';

export interface CreateOperatorCommand {
  email: string;
  name: string;
  internalName: string;
  avatarFileId: string;
  role: Role;
  /** Empty: the person is invited. */
  password: string;
  /** Absent: all that the caller has. */
  rights?: SiteRights | undefined;
  teamIds: readonly string[];
  /** Of the invitation; empty: the caller's. */
  locale: Locale | '';
}

export interface CreatedOperator {
  operatorId: string;
  invitation?: InvitationState | undefined;
}

/**
 * Makes an operator of a site. A person who works on another site already keeps name and password and gets the role here too.
 * The same call again gives the same answer.
 */
@Injectable()
export class CreateOperatorHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly people: People,
    private readonly passwords: Passwords,
    private readonly passwordLimiter: PasswordLimiter,
    private readonly invitations: Invitations,
    private readonly teamMembers: TeamMembers,
    private readonly sender: MailSender,
    private readonly audit: Audit,
  ) {}

  async execute(actor: OperatorActor, command: CreateOperatorCommand): Promise<CreatedOperator> {
    const caller = await this.people.caller(actor);
    if (command.password && caller.own.role !== 'superadmin') {
      throw appError(
        'PERMISSION_DENIED',
        'Only a superadmin sets passwords for others; leave it out to send an invitation.',
      );
    }
    const { siteId } = caller.scope;
    const place: SiteRole = { siteId, role: command.role, ...(command.rights ?? defaultRights(caller.own)) };
    const excess = overreach(caller.own, undefined, place);
    if (excess) throw appError('PERMISSION_DENIED', excess.message, { fields: [excess] });
    await this.people.assertTeams(caller.scope, command.teamIds);

    const email = normalEmail(command.email);
    const known = await this.operators.storedByEmail(email);
    const made = known ? undefined : await this.#make(actor, caller, { ...command, email }, place);
    const created = made ?? (await this.#addRole(actor, caller, { ...command, email }, place));
    await this.teamMembers.join(caller, created.operatorId, command.teamIds);
    this.sender.wake();
    return created;
  }

  /** Undefined: somebody made the same person at the same time. */
  async #make(
    actor: OperatorActor,
    caller: Caller,
    command: CreateOperatorCommand,
    place: SiteRole,
  ): Promise<CreatedOperator | undefined> {
    const { email, name, internalName, avatarFileId, password } = command;
    const way = password ? await this.#withPassword(password) : await this.#invited(caller, command, place);
    const now = new Date();
    const document: OperatorDocument = {
      ...NEW_OPERATOR,
      ...{ _id: v7(), email, name, internalName, avatarFileId, sites: [place] },
      ...way,
      correlationId: correlationId(),
      createdAt: now,
    };
    const inserted = await this.audit.change(
      { ...aboutNew(actor, document, place.siteId), after: shownOnSite(document, place.siteId) },
      async () => {
        if (await this.operators.insert(document)) return { result: true };
        return { result: false, before: {}, after: {} };
      },
      { collection: 'operators', id: document._id, version: 0 },
    );
    if (!inserted) return undefined;
    const { invitation } = document;
    return {
      operatorId: document._id,
      ...(invitation ? { invitation: { state: 'waiting', at: now, detail: '', expiresAt: invitation.expiresAt } } : {}),
    };
  }

  async #withPassword(password: string): Promise<Pick<OperatorDocument, 'passwordHash'>> {
    return { passwordHash: await this.passwordLimiter.run(() => this.passwords.hash(password)) };
  }

  async #invited(
    caller: Caller,
    { locale }: CreateOperatorCommand,
    place: SiteRole,
  ): Promise<Omit<Partial<OperatorDocument>, '_id'> & { passwordHash: string }> {
    const { set, mail } = await this.invitations.fresh(about(caller, locale), { sites: [place] });
    return { ...set, mailIntents: [mail], mailSince: mail.at };
  }

  async #addRole(
    actor: OperatorActor,
    caller: Caller,
    command: CreateOperatorCommand,
    place: SiteRole,
  ): Promise<CreatedOperator> {
    const known = await this.operators.storedByEmail(command.email);
    if (!known) throw appError('ABORTED', 'The operator was removed meanwhile.');
    const present = siteRoleOf(known, place.siteId);
    if (present) return this.#again(known, present, command.role);
    // Whoever has a login is told that it is good here too; whoever never signed in gets a new invitation.
    const fresh =
      command.password || !known.invited
        ? undefined
        : await this.invitations.fresh(about(caller, command.locale), { sites: [...known.sites, place] });
    const mail: MailIntent | undefined =
      fresh?.mail ?? (command.password ? undefined : this.invitations.added(about(caller, command.locale)));
    const granted = await this.audit.change(
      { ...aboutNew(actor, known, place.siteId), action: 'operator.added', before: {}, after: place },
      async () => {
        const stored = await this.operators.change(known._id, correlationId(), (operator) => {
          if (siteRoleOf(operator, place.siteId)) return undefined;
          const set = { ...(operator.invited ? fresh?.set : {}), sites: [...operator.sites, place] };
          return { set, unset: operator.invited ? (fresh?.unset ?? []) : [], ...(mail ? { mail } : {}) };
        });
        return { result: stored };
      },
      { collection: 'operators', id: known._id, version: known.version },
    );
    const now = siteRoleOf(granted, place.siteId);
    if (now?.role !== command.role) throw otherRole();
    if (!mail) return { operatorId: known._id };
    return {
      operatorId: known._id,
      invitation: { state: 'waiting', at: mail.at, detail: '', expiresAt: fresh?.set.oneTimeUntil },
    };
  }

  /** The person works here already. */
  async #again(known: OperatorDocument, present: SiteRole, role: Role): Promise<CreatedOperator> {
    if (present.role !== role) throw otherRole();
    const invitation = (await this.invitations.statesOf([known])).get(known._id);
    return { operatorId: known._id, ...(invitation ? { invitation } : {}) };
  }
}

const about = (caller: Caller, locale: Locale | ''): { siteId: string; by: string; locale: Locale } => ({
  siteId: caller.scope.siteId,
  by: caller.name,
  locale: locale || caller.locale || 'en',
});

const aboutNew = (actor: OperatorActor, { _id, name, email }: OperatorDocument, siteId: string) => ({
  siteId,
  actor,
  action: 'operator.created',
  subject: 'operator',
  subjectId: _id,
  subjectName: name || email,
});

function otherRole(): Error {
  const message = 'An operator with this e-mail works on this site already, with another role.';
  return appError('ALREADY_EXISTS', message, { fields: [{ path: 'email', code: 'already_exists', message }] });
}
