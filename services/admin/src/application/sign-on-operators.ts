import type { Role } from '@beseda/api';
import { AppError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { groupsOf, rolesOf } from '../domain/oidc-roles.js';
import { ALL_RIGHTS, NEW_OPERATOR, type SiteRole, normalEmail, roleOn } from '../domain/operator.js';
import { sitesLosing } from '../domain/rights.js';
import type { OperatorDocument } from '../infrastructure/mongo/documents.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SignOnRepository } from '../infrastructure/mongo/sign-on.repository.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { type Identity, OidcProvider, signOnRefused } from '../infrastructure/oidc/provider.js';
import { Audit } from './audit.js';
import { type AssertOthers, Superadmins } from './superadmins.js';

/** Somebody else may change the operator, or make one with the same e-mail, at the same time. */
const TRIES = 5;

type Roles = ReadonlyMap<string, Role | undefined>;

/** The sites of an operator with the roles that groups give; rights and sites of which the mapping says nothing stay. */
function mappedSites(present: readonly SiteRole[], roles: Roles): SiteRole[] {
  const kept = present.flatMap((site) => {
    if (!roles.has(site.siteId)) return [site];
    const role = roles.get(site.siteId);
    return role === undefined ? [] : [{ ...site, role }];
  });
  const added = [...roles].flatMap(([siteId, role]) =>
    role === undefined || present.some((site) => site.siteId === siteId) ? [] : [{ ...ALL_RIGHTS, siteId, role }],
  );
  return [...kept, ...added];
}

const sameRoles = (a: readonly SiteRole[], b: readonly SiteRole[]): boolean =>
  a.length === b.length && a.every(({ siteId, role }) => b.some((one) => one.siteId === siteId && one.role === role));

/** Finds or makes the operator somebody is who comes from the provider, and gives the roles of the person's groups. */
@Injectable()
export class SignOnOperators {
  constructor(
    private readonly provider: OidcProvider,
    private readonly signOn: SignOnRepository,
    private readonly operators: OperatorsRepository,
    private readonly sites: SitesRepository,
    private readonly audit: Audit,
    private readonly superadmins: Superadmins,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws AppError with the field code `refused`, `unverified`, `unknown` or `disabled` */
  async of(identity: Identity): Promise<OperatorDocument> {
    const roles = await this.#roles(identity);
    const operator = (await this.#linked(identity)) ?? (await this.#create(identity, roles));
    if (operator.disabled) throw signOnRefused('disabled', 'This operator is switched off.');
    const mapped = await this.#giveRoles(operator, roles);
    if (mapped.sites.length === 0) throw signOnRefused('refused', 'Nothing of yours gives you a role on any site.');
    return mapped;
  }

  async #roles({ groups }: Identity): Promise<Roles> {
    const rules = this.provider.settings.roles;
    if (rules.length === 0) return new Map();
    return rolesOf(
      groupsOf(groups),
      rules,
      (await this.sites.all()).map(({ id }) => id),
    );
  }

  /** The operator of this subject, or the one of the e-mail that nobody at the provider has been yet. */
  async #linked(identity: Identity): Promise<OperatorDocument | undefined> {
    const known = await this.signOn.bySubject(identity.subject);
    if (known) return known;
    if (identity.email === undefined) {
      throw signOnRefused('unverified', 'The provider of single sign-on does not vouch for your e-mail address.');
    }
    const found = await this.operators.storedByEmail(normalEmail(identity.email));
    if (!found) return undefined;
    if (found.disabled) throw signOnRefused('disabled', 'This operator is switched off.');
    return this.#link(found, identity.subject);
  }

  async #link(found: OperatorDocument, subject: string): Promise<OperatorDocument> {
    // An address given to somebody new must not open the account of whoever had it before.
    const taken = (): Error =>
      signOnRefused('refused', 'This e-mail belongs to an operator who signs in as somebody else.');
    return this.audit.change(
      {
        siteId: undefined,
        siteIds: found.sites.map(({ siteId }) => siteId),
        actor: undefined,
        action: 'operator.single_sign_on_linked',
        subject: 'operator',
        subjectId: found._id,
        subjectName: found.name,
        before: { singleSignOn: found.ssoSubject ?? null },
        after: { singleSignOn: subject },
      },
      async () => {
        const result = await this.operators.change(found._id, correlationId(), (operator) => {
          if (operator.ssoSubject === subject) return undefined;
          if (operator.ssoSubject !== undefined) throw taken();
          // The one-time password of an invitation must not stay behind as a lasting one.
          const password = operator.oneTimeUntil ? { passwordHash: '' } : {};
          return {
            set: { ssoSubject: subject, invited: false, ...password },
            unset: ['oneTimeUntil', 'invitation'],
          };
        });
        return { result };
      },
      { collection: 'operators', id: found._id, version: found.version },
    );
  }

  async #create(identity: Identity, roles: Roles): Promise<OperatorDocument> {
    if (!this.provider.settings.create)
      throw signOnRefused('unknown', 'No operator has this e-mail. Ask to be invited.');
    const sites = mappedSites([], roles);
    if (sites.length === 0) throw signOnRefused('refused', 'Nothing of yours gives you a role on any site.');
    const email = normalEmail(identity.email ?? '');
    const document: OperatorDocument = {
      ...NEW_OPERATOR,
      _id: v7(),
      email,
      name: identity.name.slice(0, 100) || (email.split('@')[0] ?? email),
      sites,
      passwordHash: '',
      ssoSubject: identity.subject,
      correlationId: correlationId(),
      createdAt: new Date(),
    };
    return this.audit.change(
      {
        siteId: undefined,
        siteIds: sites.map(({ siteId }) => siteId),
        actor: undefined,
        action: 'operator.created_by_single_sign_on',
        subject: 'operator',
        subjectId: document._id,
        subjectName: document.name,
        after: { email, name: document.name },
      },
      async () => {
        if (await this.operators.insert(document)) return { result: document };
        // Two first sign-ins at once: the other has made the operator.
        const made = await this.signOn.bySubject(identity.subject);
        if (!made) throw signOnRefused('failed', 'Somebody else has just taken this e-mail. Try again.');
        return { result: made, done: false };
      },
      { collection: 'operators', id: document._id, version: 0 },
    );
  }

  /** Roles follow the groups at each sign-in, except that no site loses its last superadmin this way. */
  async #giveRoles(operator: OperatorDocument, roles: Roles): Promise<OperatorDocument> {
    for (let attempt = 1, present = operator; ; attempt++) {
      const changed = await this.#tryRoles(present, mappedSites(present.sites, roles));
      if (changed) return changed;
      const again = await this.operators.stored(operator._id);
      if (!again || attempt >= TRIES) throw signOnRefused('failed', 'Somebody is changing this operator. Try again.');
      present = again;
    }
  }

  /** Undefined when somebody else has changed the operator meanwhile. */
  #tryRoles(present: OperatorDocument, sites: SiteRole[]): Promise<OperatorDocument | undefined> {
    const write = (wanted: SiteRole[]): Promise<OperatorDocument | undefined> =>
      sameRoles(present.sites, wanted) ? Promise.resolve(present) : this.#changeRoles(present, wanted);
    if (sitesLosing(present, { ...present, sites }).length === 0) return write(sites);
    return this.superadmins.guarded((assertOthers) => write(this.#spared(present, sites, assertOthers)));
  }

  #spared(operator: OperatorDocument, sites: SiteRole[], assertOthers: AssertOthers): SiteRole[] {
    const needed = sitesLosing(operator, { ...operator, sites }).filter((siteId) => {
      try {
        assertOthers(operator, { sites: operator.sites.filter((site) => site.siteId !== siteId) }, 'role');
        return false;
      } catch (error) {
        // The last superadmin of the site; anything else ends the sign-in.
        if (error instanceof AppError && error.code === 'FAILED_PRECONDITION') return true;
        throw error;
      }
    });
    if (needed.length === 0) return sites;
    const { _id } = operator;
    this.logger.warn({ operator: _id, sites: needed }, 'groups would take the last superadmin away: the role stays');
    const stays = operator.sites.filter(({ siteId }) => needed.includes(siteId));
    return [...sites.filter(({ siteId }) => !needed.includes(siteId)), ...stays];
  }

  /** Undefined when somebody else has changed the operator meanwhile. */
  async #changeRoles(operator: OperatorDocument, sites: SiteRole[]): Promise<OperatorDocument | undefined> {
    const { _id, name, version } = operator;
    // A site's log says what became of the role there, and nothing of other sites.
    const touched = [...new Set([...operator.sites, ...sites].map(({ siteId }) => siteId))].filter(
      (siteId) => roleOn(operator, siteId) !== roleOn({ sites }, siteId),
    );
    return this.audit.change<OperatorDocument | undefined>(
      touched.map((siteId) => ({
        siteId,
        actor: undefined,
        action: 'operator.role_by_groups',
        subject: 'operator',
        subjectId: _id,
        subjectName: name,
        before: { role: roleOn(operator, siteId) ?? null },
        after: { role: roleOn({ sites }, siteId) ?? null },
      })),
      async () => {
        let done = true;
        const result = await this.operators.change(_id, correlationId(), (stored) => {
          done = stored.version === version;
          return done ? { set: { sites } } : undefined;
        });
        return { result: done ? result : undefined, done };
      },
      { collection: 'operators', id: _id, version },
    );
  }
}
