import { randomUUID } from 'node:crypto';
import { type Keys, type Role, signAccess, signVisitor, verifyVisitor } from '@beseda/auth';
import type { Bus } from '@beseda/bus';
import { adminV1, contactEventRecord, contactsV1, settingRecord, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { roleValue } from '../application/directory.js';
import type { StandIn } from './grpc-stand-in.js';

/** Sites, operators and logins in memory; every change is published as `admin` does. */
export class FakeAdmin {
  readonly settings = new Map<string, settingsV1.Setting>();
  readonly logins: adminV1.LoginRequest[] = [];
  readonly loggedOut: string[] = [];
  /** The password that is right, for everybody. */
  readonly password = 'correct horse';

  constructor(
    private readonly bus: Bus,
    private readonly keys: Keys,
  ) {}

  async putSite(site: Partial<settingsV1.SiteSettings> & { id: string }): Promise<settingsV1.SiteSettings> {
    const value: settingsV1.SiteSettings = {
      name: 'Shop',
      domains: [],
      widget: { color: '#112233', language: 'auto', greeting: { ru: 'Привет', en: 'Hello' }, poweredBy: true },
      reopenWindowHours: 24,
      maxFileBytes: 2_097_152,
      identitySecretVersion: 1,
      ...site,
    };
    await this.#put('site', value.id, value.id, { $case: 'site', value });
    return value;
  }

  async putOperator(
    id: string,
    roles: Record<string, Role>,
    change: Partial<settingsV1.OperatorSettings> = {},
  ): Promise<void> {
    const value: settingsV1.OperatorSettings = {
      id,
      name: `Name of ${id}`,
      internalName: '',
      email: `${id}@example.test`,
      sites: Object.entries(roles).map(([siteId, role]) => ({ siteId, role: roleValue(role) })),
      disabled: false,
      tokenVersion: 1,
      ...change,
    };
    await this.#put('operator', '', id, { $case: 'operator', value });
  }

  operator(id: string): settingsV1.OperatorSettings | undefined {
    const value = this.settings.get(`operator::${id}`)?.value;
    return value?.$case === 'operator' ? value.value : undefined;
  }

  auth(): StandIn<typeof adminV1.AuthServiceService> {
    return {
      login: async (request) => {
        this.logins.push(request);
        const id = request.email.split('@')[0] ?? '';
        if (!this.operator(id) || request.password !== this.password)
          throw appError('UNAUTHENTICATED', 'The address or the password is wrong.', {
            fields: [{ path: 'password', code: 'wrong_credentials', message: 'The address or the password is wrong.' }],
          });
        return { session: await this.#session(id, `s-${id}`, 1) };
      },
      refresh: async ({ refreshToken }) => {
        const [sessionId = '', generation] = refreshToken.split('.');
        const id = sessionId.slice(2);
        if (!this.operator(id) || this.loggedOut.includes(sessionId))
          throw appError('UNAUTHENTICATED', 'The session is over.');
        return { session: await this.#session(id, sessionId, Number(generation) + 1) };
      },
      logout: ({ refreshToken }) => {
        this.loggedOut.push(refreshToken.split('.')[0] ?? '');
        return {};
      },
    };
  }

  admin(): StandIn<typeof adminV1.AdminServiceService> {
    return {
      createSite: async ({ name, domains }, { actor }) => {
        const { id: siteId } = await this.putSite({ id: randomUUID(), name, domains });
        const operator = this.operator(actor.id);
        if (operator) {
          const sites = [...operator.sites, { siteId, role: settingsV1.Role.ROLE_SUPERADMIN }];
          await this.putOperator(actor.id, {}, { ...operator, sites });
        }
        return { siteId };
      },
      updateSite: async ({ siteId, name, domains }) => {
        const before = this.settings.get(`site:${siteId}:${siteId}`)?.value;
        if (before?.$case !== 'site') throw appError('NOT_FOUND', 'There is no such site.');
        const site = {
          ...before.value,
          ...(name === undefined ? {} : { name }),
          ...(domains ? { domains: domains.items } : {}),
        };
        return { site: await this.putSite(site) };
      },
      createOperator: async ({ siteId, name, email }) => {
        const operatorId = email.split('@')[0] ?? '';
        await this.putOperator(operatorId, { [siteId]: 'operator' }, { name, email });
        return { operatorId };
      },
      getIdentitySecret: () => ({ secret: 'identity', version: 1 }),
    };
  }

  snapshots(): StandIn<typeof adminV1.SettingsServiceService> {
    return { snapshot: ({ kind }) => ({ settings: [...this.settings.values()].filter((s) => s.kind === kind) }) };
  }

  async #session(id: string, sessionId: string, generation: number): Promise<adminV1.Session> {
    const operator = this.operator(id);
    const tokenVersion = operator?.tokenVersion ?? 1;
    return {
      accessToken: await signAccess(this.keys, { operatorId: id, sessionId, tokenVersion }),
      expiresIn: 600,
      refreshToken: `${sessionId}.${generation}.mac`,
      refreshExpiresIn: 3_600,
      operator,
    };
  }

  async #put(kind: string, siteId: string, id: string, value: settingsV1.Setting['value']): Promise<void> {
    const key = `${kind}:${siteId}:${id}`;
    const version = (this.settings.get(key)?.version ?? 0) + 1;
    const setting: settingsV1.Setting = { kind, siteId, id, version, deleted: false, value };
    this.settings.set(key, setting);
    await this.bus.publish([settingRecord(setting, 'c')]);
  }
}

/** Contacts in memory. */
export class FakeContacts {
  readonly contacts = new Map<string, contactsV1.Contact>();
  readonly seen: { method: string; request: unknown; siteId: string | undefined }[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly keys: Keys,
  ) {}

  make(siteId: string, id: string = randomUUID()): contactsV1.Contact {
    const contact: contactsV1.Contact = {
      ...contactsV1.Contact.create({}),
      id,
      siteId,
      name: 'Anna',
      firstSeenAt: new Date(0),
      lastSeenAt: new Date(0),
      properties: { plan: 'pro' },
      utm: { source: 'x', medium: '', campaign: '', term: '', content: '' },
    };
    this.contacts.set(id, contact);
    return contact;
  }

  async merge(siteId: string, contactId: string, intoContactId: string): Promise<void> {
    const envelope = {
      eventId: randomUUID(),
      siteId,
      aggregateId: contactId,
      seq: 2,
      type: 'contact.merged',
      occurredAt: new Date(),
      correlationId: 'c',
      causationId: '',
      actor: undefined,
    };
    const body = { body: { $case: 'contactMerged' as const, value: { intoContactId } } };
    await this.bus.publish([contactEventRecord({ envelope, body })]);
  }

  standIn(): StandIn<typeof contactsV1.ContactsServiceService> {
    const note = <R>(method: string, request: unknown, siteId: string | undefined, answer: R): R => {
      this.seen.push({ method, request, siteId });
      return answer;
    };
    return {
      openSession: async (q) => {
        const claims = q.token ? await verifyVisitor(this.keys, q.token) : undefined;
        const known = claims?.siteId === q.siteId ? this.contacts.get(claims.contactId) : undefined;
        const contact = known ?? this.make(q.siteId);
        const token = await signVisitor(this.keys, { siteId: q.siteId, contactId: contact.id });
        return note('openSession', q, q.siteId, { token, contact });
      },
      identify: (q, { actor }) => note('identify', q, actor.siteId, {}),
      authenticate: (q, { actor }) => note('authenticate', q, actor.siteId, { token: 't', contactId: actor.id }),
      track: (q, { actor }) => note('track', q, actor.siteId, {}),
      recordPageView: (q, { actor }) => note('recordPageView', q, actor.siteId, {}),
      getContact: ({ contactId }, { actor }) => {
        const contact = this.contacts.get(contactId);
        if (contact?.siteId !== actor.siteId) throw appError('NOT_FOUND', 'There is no such contact.');
        return { contact };
      },
      updateContact: (q, { actor }) => {
        const contact = this.contacts.get(q.contactId);
        if (!contact) throw appError('NOT_FOUND', 'There is no such contact.');
        return note('updateContact', q, actor.siteId, { contact: { ...contact, name: q.name ?? contact.name } });
      },
      renewVisitorLeases: (q, { actor }) => note('renewVisitorLeases', q, actor.siteId, {}),
    };
  }
}
