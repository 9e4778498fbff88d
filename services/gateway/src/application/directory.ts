import { type Role, ROLES } from '@beseda/api';
import { type OperatorActor } from '@beseda/auth';
import { roleWords, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { seesDialogsOf, visibilityName } from './visibility.js';

type Site = settingsV1.SiteSettings;
type Operator = settingsV1.OperatorSettings;
type Team = settingsV1.TeamSettings;

/** The part of a settings copy that is used here. */
export interface Copy<V> {
  /** Whether a whole copy has ever been had. */
  readonly known: boolean;
  get(id: string, siteId?: string): V | undefined;
  /** All settings of a site, or all of the kind. */
  list(siteId?: string): V[];
  onChange(listener: (change: Change<V>) => void): () => void;
}

/** A setting changed; no value: it is gone. */
export interface Change<V> {
  /** Empty for what belongs to no site. */
  siteId: string;
  id: string;
  value: V | undefined;
  previous: V | undefined;
}

/** A role of the contracts as a word; undefined for one this version does not know. */
export const roleName = (role: settingsV1.Role): Role | undefined => roleWords.word(role);

/** A role as the contracts have it. */
export const roleValue = (role: Role): settingsV1.Role => roleWords.number(role);

/** How long a change made through this gateway may take to come back in the settings; milliseconds. */
const SETTLE_MS = 3_000;

/** Sites, operators and teams, from this process's copies of the settings: who exists, and what he may where. */
export class Directory {
  /** Asked for with every event and every socket, so kept until a team changes. */
  readonly #colleagues = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly sites: Copy<Site>,
    private readonly operators: Copy<Operator>,
    private readonly teams: Copy<Team>,
  ) {
    teams.onChange(() => this.#colleagues.clear());
  }

  /** @throws AppError UNAVAILABLE while nothing has been read yet: then nobody can be told apart from a stranger */
  assertKnown(): void {
    if (this.sites.known && this.operators.known) return;
    throw appError('UNAVAILABLE', 'The settings have not been read yet; try again in a moment.');
  }

  site(id: string): Site | undefined {
    return this.sites.get(id);
  }

  /** @throws AppError NOT_FOUND */
  requireSite(id: string): Site {
    this.assertKnown();
    const site = this.site(id);
    if (!site) throw appError('NOT_FOUND', 'There is no such site.');
    return site;
  }

  /** Sites in the order of their making: their ids rise with time. */
  allSites(): Site[] {
    return this.sites.list().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  operator(id: string): Operator | undefined {
    return this.operators.get(id);
  }

  /** Role of an operator on a site; undefined when it has none or is disabled. */
  roleOn(operator: Operator, siteId: string): Role | undefined {
    return this.actorOn(operator, siteId)?.role;
  }

  /** An operator acting on a site, with all that is kept from him; undefined when he has no role there or is disabled. */
  actorOn(operator: Operator, siteId: string): OperatorActor | undefined {
    const entry = operator.disabled ? undefined : operator.sites.find((site) => site.siteId === siteId);
    const role = entry && this.sites.get(siteId) ? roleName(entry.role) : undefined;
    if (!entry || !role) return undefined;
    const visibility = visibilityName(entry.visibility);
    return {
      kind: 'operator',
      id: operator.id,
      siteId,
      role,
      ...(visibility !== 'all' && { visibility }),
      ...(entry.noContactExport && { noContactExport: true }),
      ...(entry.noMassMailing && { noMassMailing: true }),
    };
  }

  /** Teams of a site an operator belongs to. */
  teamsOf(operatorId: string, siteId: string): Team[] {
    return this.teams.list(siteId).filter(({ operatorIds }) => operatorIds.includes(operatorId));
  }

  /** Members of an operator's teams on a site. */
  colleaguesOf(operatorId: string, siteId: string): ReadonlySet<string> {
    const key = `${siteId}:${operatorId}`;
    let found = this.#colleagues.get(key);
    if (!found) {
      found = new Set(this.teamsOf(operatorId, siteId).flatMap(({ operatorIds }) => operatorIds));
      this.#colleagues.set(key, found);
    }
    return found;
  }

  /** Whether an operator sees dialogs somebody looks after; empty: nobody's. */
  sees(actor: OperatorActor, assigneeId: string): boolean {
    return seesDialogsOf(actor, assigneeId, () => this.colleaguesOf(actor.id, actor.siteId));
  }

  /** The sites an operator works for, in the order of their making. */
  sitesOf(operator: Operator): { site: Site; role: Role }[] {
    return this.allSites().flatMap((site) => {
      const role = this.roleOn(operator, site.id);
      return role ? [{ site, role }] : [];
    });
  }

  /** The strongest role an operator has, with one site where it has it. */
  highestRole(operator: Operator): { siteId: string; role: Role } | undefined {
    const all = this.sitesOf(operator);
    return all
      .map(({ site, role }) => ({ siteId: site.id, role }))
      .toSorted((a, b) => ROLES.indexOf(b.role) - ROLES.indexOf(a.role))[0];
  }

  operatorsOf(siteId: string): { operator: Operator; role: Role }[] {
    return this.operators.list().flatMap((operator) => {
      const role = roleName(operator.sites.find((site) => site.siteId === siteId)?.role ?? 0);
      return role ? [{ operator, role }] : [];
    });
  }

  onOperatorChange(listener: (change: Change<Operator>) => void): () => void {
    return this.operators.onChange(listener);
  }

  onTeamChange(listener: (change: Change<Team>) => void): () => void {
    return this.teams.onChange(listener);
  }

  onSiteChange(listener: (change: Change<Site>) => void): () => void {
    return this.sites.onChange(listener);
  }

  /**
   * Waits until a change made through this gateway is in the copies, so that the caller's next request sees it. Gives up
   * quietly: the change is made, only its echo is late.
   */
  async settled(seen: () => boolean, timeoutMs = SETTLE_MS): Promise<boolean> {
    if (seen()) return true;
    return new Promise((resolve) => {
      const check = (): void => {
        if (seen()) finish(true);
      };
      const finish = (outcome: boolean): void => {
        clearTimeout(timer);
        off.forEach((stop) => stop());
        resolve(outcome);
      };
      const timer = setTimeout(() => finish(false), timeoutMs);
      const off = [this.sites, this.operators, this.teams].map((copy) => copy.onChange(check));
      check();
    });
  }
}
