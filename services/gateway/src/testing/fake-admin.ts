import { randomUUID } from 'node:crypto';
import { DEFAULT_CHAT_LOOK, type Role } from '@beseda/api';
import type { Actor, Keys } from '@beseda/auth';
import type { Bus } from '@beseda/bus';
import { type adminV1, settingRecord, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { roleValue } from '../application/directory.js';
import { FakeSignIn } from './fake-sign-in.js';
import type { StandIn } from './grpc-stand-in.js';
import { assertVersion } from './site-items.js';

type Operator = settingsV1.OperatorSettings;
type Site = settingsV1.SiteSettings;

const EVERYTHING = { visibility: settingsV1.Visibility.VISIBILITY_ALL, noContactExport: false, noMassMailing: false };
export const SENT_AT = new Date('2026-01-02T03:04:05Z');

/** Sites, operators, teams and logins in memory; every change is published as `admin` does. */
export class FakeAdmin {
  readonly settings = new Map<string, settingsV1.Setting>();
  readonly signIn: FakeSignIn;
  readonly seenHosts: { siteId: string | undefined; host: string }[] = [];

  constructor(
    private readonly bus: Bus,
    keys: Keys,
  ) {
    this.signIn = new FakeSignIn(
      keys,
      (id) => this.operator(id),
      async (id, sessionId) => {
        const operator = this.operator(id);
        if (operator)
          await this.putOperator(id, {}, { ...operator, endedSessions: [{ sessionId, endedAt: new Date() }] });
      },
    );
  }

  /** The password that is right, for everybody. */
  get password(): string {
    return this.signIn.password;
  }

  get loggedOut(): string[] {
    return this.signIn.loggedOut;
  }

  async putSite(site: Partial<Site> & { id: string }): Promise<Site> {
    const value: Site = {
      name: 'Shop',
      domains: [],
      widget: {
        ...DEFAULT_CHAT_LOOK,
        color: '#112233',
        greeting: { ru: 'Привет', en: 'Hello' },
        avatarFileId: '',
        caption: { ru: 'Есть вопрос?', en: 'A question?' },
        marginY: 0,
      },
      reopenWindowHours: 24,
      maxFileBytes: 2_097_152,
      identitySecretVersion: 1,
      offline: {
        enabled: true,
        text: { ru: 'Нас нет', en: 'We are out' },
        ask: 'email',
        consentText: { ru: '', en: '' },
        consentUrl: '',
      },
      sender: { name: 'Shop', address: 'shop@app1.example.test' },
      number: 1,
      ...site,
    };
    await this.put('site', value.id, value.id, { $case: 'site', value });
    return value;
  }

  async putOperator(id: string, roles: Record<string, Role>, change: Partial<Operator> = {}): Promise<void> {
    const value: Operator = {
      id,
      name: `Name of ${id}`,
      internalName: '',
      email: `${id}@example.test`,
      sites: Object.entries(roles).map(([siteId, role]) => ({ siteId, role: roleValue(role), ...EVERYTHING })),
      disabled: false,
      tokenVersion: 1,
      endedSessions: [],
      avatarFileId: '',
      locale: '',
      theme: '',
      invited: false,
      ...change,
    };
    await this.put('operator', '', id, { $case: 'operator', value });
  }

  async putTeam(siteId: string, team: settingsV1.TeamSettings): Promise<void> {
    await this.put('team', siteId, team.id, { $case: 'team', value: team });
  }

  operator(id: string): Operator | undefined {
    const value = this.settings.get(`operator::${id}`)?.value;
    return value?.$case === 'operator' ? value.value : undefined;
  }

  site(id: string): Site {
    const value = this.settings.get(`site:${id}:${id}`)?.value;
    if (value?.$case !== 'site') throw appError('NOT_FOUND', 'There is no such site.');
    return value.value;
  }

  version(kind: string, siteId: string, id: string): number {
    return this.settings.get(`${kind}:${siteId}:${id}`)?.version ?? 0;
  }

  auth(): StandIn<typeof adminV1.AuthServiceService> {
    return this.signIn.standIn();
  }

  admin(): StandIn<typeof adminV1.AdminServiceService> {
    return { ...this.#sites(), ...this.#operators(), ...this.#teams() };
  }

  snapshots(): StandIn<typeof adminV1.SettingsServiceService> {
    return { snapshot: ({ kind }) => ({ settings: [...this.settings.values()].filter((s) => s.kind === kind) }) };
  }

  #sites(): StandIn<typeof adminV1.AdminServiceService> {
    return {
      createSite: async ({ name, domains }, { actor }) => {
        const { id: siteId } = await this.putSite({ id: randomUUID(), name, domains });
        const operator = this.operator(actor.id);
        if (operator) {
          const sites = [...operator.sites, { siteId, role: settingsV1.Role.ROLE_SUPERADMIN, ...EVERYTHING }];
          await this.putOperator(actor.id, {}, { ...operator, sites });
        }
        return { siteId };
      },
      getSite: (_, { actor }) => ({
        site: this.site(actor.siteId ?? ''),
        version: this.version('site', actor.siteId ?? '', actor.siteId ?? ''),
        seen: [{ host: 'shop.example', at: SENT_AT }],
        mailDomain: 'app1.example.test',
        poweredByLocked: 'no_licence',
      }),
      updateSite: async (q) => {
        assertVersion(q.version, this.version('site', q.siteId, q.siteId));
        const site = await this.putSite(changedSite(this.site(q.siteId), q));
        return { site, version: this.version('site', q.siteId, q.siteId) };
      },
      getIdentitySecret: () => ({ secret: 'identity', version: 1 }),
      rotateIdentitySecret: () => ({ secret: 'another', version: 2 }),
      recordWidgetSeen: ({ host }, { actor }) => {
        this.seenHosts.push({ siteId: actor.siteId, host });
        return {};
      },
      getMailStatus: () => ({ server: false, from: 'beseda@example.test' }),
    };
  }

  #operators(): StandIn<typeof adminV1.AdminServiceService> {
    return {
      createOperator: async (q) => {
        const operatorId = q.email.split('@')[0] ?? '';
        const sites = [{ siteId: q.siteId, role: q.role, ...EVERYTHING, ...q.rights }];
        const { name, email, internalName } = q;
        await this.putOperator(operatorId, {}, { name, email, internalName, sites, invited: q.password === '' });
        return { operatorId, invitation: q.password === '' ? invitation() : undefined };
      },
      listOperators: (_, { actor }) => ({
        items: [...this.settings.values()]
          .flatMap(({ value }) => (value?.$case === 'operator' ? [value.value] : []))
          .filter(({ sites }) => sites.some(({ siteId }) => siteId === actor.siteId))
          .map((operator) => this.#managed(operator)),
      }),
      updateOperator: async (q, { actor }) => {
        const before = this.#ofSite(actor, q.operatorId);
        assertVersion(q.version, this.version('operator', '', before.id));
        const role = (site: settingsV1.SiteRole): settingsV1.SiteRole =>
          site.siteId === actor.siteId ? { ...site, role: q.role ?? site.role, ...q.rights } : site;
        const after = {
          ...before,
          name: q.name ?? before.name,
          disabled: q.disabled ?? before.disabled,
          avatarFileId: q.avatarFileId ?? before.avatarFileId,
          sites: before.sites.map(role),
        };
        await this.putOperator(before.id, {}, after);
        return { operator: this.#managed(after) };
      },
      inviteAgain: ({ operatorId }, { actor }) => {
        this.#ofSite(actor, operatorId);
        return { invitation: invitation() };
      },
      removeOperator: async ({ operatorId }, { actor }) => {
        const operator = this.#ofSite(actor, operatorId);
        const sites = operator.sites.filter(({ siteId }) => siteId !== actor.siteId);
        await this.putOperator(operatorId, {}, { ...operator, sites });
        return {};
      },
    };
  }

  #teams(): StandIn<typeof adminV1.AdminServiceService> {
    const find = ({ siteId = '' }: Actor, id: string): settingsV1.TeamSettings => {
      const setting = this.settings.get(`team:${siteId}:${id}`);
      if (setting?.value?.$case !== 'team' || setting.deleted) throw appError('NOT_FOUND', 'There is no such team.');
      return setting.value.value;
    };
    return {
      createTeam: async (q, { actor }) => {
        const teamId = randomUUID();
        await this.putTeam(actor.siteId ?? '', { id: teamId, ...q });
        return { teamId, version: 1 };
      },
      updateTeam: async (q, { actor }) => {
        const { siteId = '' } = actor;
        const before = find(actor, q.teamId);
        assertVersion(q.version, this.version('team', siteId, q.teamId));
        const operatorIds = q.operators?.items ?? before.operatorIds;
        await this.putTeam(siteId, { ...before, name: q.name ?? before.name, operatorIds });
        return { version: this.version('team', siteId, q.teamId) };
      },
      deleteTeam: async ({ teamId }, { actor }) => {
        find(actor, teamId);
        await this.put('team', actor.siteId ?? '', teamId, undefined);
        return {};
      },
    };
  }

  #ofSite(actor: Actor, id: string): Operator {
    const operator = this.operator(id);
    if (operator?.sites.some(({ siteId }) => siteId === actor.siteId)) return operator;
    throw appError('NOT_FOUND', 'There is no such operator.');
  }

  #managed(operator: Operator): adminV1.ManagedOperator {
    return {
      operator,
      version: this.version('operator', '', operator.id),
      teamIds: [],
      invitation: undefined,
      lastSignInAt: undefined,
      secondFactor: false,
      singleSignOn: false,
    };
  }

  /** Publishes a setting; without a value: it is gone. */
  async put(kind: string, siteId: string, id: string, value: settingsV1.Setting['value']): Promise<void> {
    const key = `${kind}:${siteId}:${id}`;
    const version = (this.settings.get(key)?.version ?? 0) + 1;
    const setting: settingsV1.Setting = { kind, siteId, id, version, deleted: value === undefined, value };
    this.settings.set(key, setting);
    await this.bus.publish([settingRecord(setting, 'c')]);
  }
}

const invitation = (): adminV1.Invitation => ({
  state: 'kept',
  at: SENT_AT,
  detail: 'mail-1.eml',
  expiresAt: new Date('2026-01-09T03:04:05Z'),
});

function changedSite(site: Site, q: adminV1.UpdateSiteRequest): Site {
  const { widget } = site;
  if (!widget) throw new TypeError('a site of the tests always has a look');
  return {
    ...site,
    name: q.name ?? site.name,
    domains: q.domains?.items ?? site.domains,
    offline: q.offline ?? site.offline,
    widget: {
      ...widget,
      ...Object.fromEntries(Object.entries(q.widget ?? {}).filter(([, value]) => value !== undefined)),
    },
  };
}
