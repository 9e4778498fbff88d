import { createHmac, randomUUID } from 'node:crypto';
import { type Actor, verifyVisitor } from '@beseda/auth';
import { type Bus, type ReceivedRecord, memoryParkedStore } from '@beseda/bus';
import { adminV1, contactsV1, presenceV1, type settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import {
  type FakeAdmin,
  TEST_KEYS,
  type TestService,
  siteSetting,
  startFakeAdmin,
  startTestService,
} from '@beseda/service-defaults/testing';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { contactsService } from '../index.js';

export const SITE = 'site-1';
export const OTHER_SITE = 'site-2';
export const GATEWAY: Actor = { kind: 'service', id: 'gateway' };

/** The identity secrets of the sites, by version; `asked` counts who fetched them. */
export const secrets = {
  version: 1,
  asked: 0,
  of: (siteId: string, version: number) => `secret of ${siteId} v${version}`,
};

/** The proof a site's server makes for its page. */
export const hmacOf = (userId: string, siteId = SITE, version = secrets.version): string =>
  createHmac('sha256', secrets.of(siteId, version)).update(userId).digest('hex');

/** A site's setting as `admin` has it now. */
export const siteSettingNow = (id: string): settingsV1.Setting =>
  siteSetting(id, { version: secrets.version, value: { identitySecretVersion: secrets.version } });

@Controller()
class IdentitySecretsController {
  @GrpcMethod('AdminService')
  getIdentitySecret(
    @Payload() { siteId }: adminV1.GetIdentitySecretRequest,
    @CurrentActor() actor: Actor,
  ): adminV1.GetIdentitySecretResponse {
    if (actor.siteId !== siteId) throw appError('PERMISSION_DENIED', 'This is another site.');
    secrets.asked++;
    return { secret: secrets.of(siteId, secrets.version), version: secrets.version };
  }
}

/** Starts what plays `admin`. */
export const startAdmin = (): Promise<FakeAdmin> =>
  startFakeAdmin({
    settings: [SITE, OTHER_SITE].map(siteSettingNow),
    grpc: [adminV1.AdminServiceService],
    controllers: [IdentitySecretsController],
  });

export const contactActor = (id: string, siteId = SITE): Actor => ({ kind: 'contact', id, siteId });
export const operatorActor = (siteId = SITE): Actor => ({ kind: 'operator', id: 'op-1', siteId, role: 'operator' });

type Session = { token: string; contact: contactsV1.Contact };

/** A started contacts service and what tests ask of it. */
export interface RunningContacts extends TestService<typeof contactsV1.ContactsServiceService> {
  open(request?: Partial<contactsV1.OpenSessionRequest>): Promise<Session>;
  card(id: string, actor?: Actor): Promise<contactsV1.Contact>;
  identify(id: string, request: Partial<contactsV1.IdentifyRequest>, siteId?: string): Promise<unknown>;
  auth(id: string, userId: string, hmac?: string, siteId?: string): Promise<string>;
}

const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('an answer lacks its main part');
  return value;
};

export async function startContacts(env: Record<string, string>): Promise<RunningContacts> {
  const running = await startTestService(contactsService, contactsV1.ContactsServiceService, env);
  const { client } = running;
  return {
    ...running,
    async open(request = {}) {
      const full = { siteId: SITE, token: '', page: undefined, device: undefined, ...request };
      const { token, contact } = await client.call('openSession', full, { actor: GATEWAY, deadlineMs: 25_000 });
      return { token, contact: given(contact) };
    },
    async card(id, actor = operatorActor()) {
      return given((await client.call('getContact', { contactId: id }, { actor })).contact);
    },
    identify: (id, request, siteId = SITE) =>
      client.call(
        'identify',
        { properties: undefined, ...request },
        { actor: contactActor(id, siteId), deadlineMs: 25_000 },
      ),
    async auth(id, userId, hmac = hmacOf(userId), siteId = SITE) {
      const answer = await client.call(
        'authenticate',
        { userId, hmac },
        { actor: contactActor(id, siteId), deadlineMs: 25_000 },
      );
      const claims = await verifyVisitor(TEST_KEYS, answer.token);
      if (claims?.contactId !== answer.contactId) throw new Error('the token is of another contact');
      return answer.contactId;
    },
  };
}

/** Everything published about contacts and presence from now on, decoded. */
export async function collectEvents(
  bus: Bus,
): Promise<{ contacts: contactsV1.ContactEvent[]; presence: presenceV1.PresenceEvent[] }> {
  const seen = { contacts: [] as contactsV1.ContactEvent[], presence: [] as presenceV1.PresenceEvent[] };
  await bus.subscribe({
    group: `spec-${randomUUID()}`,
    topics: ['beseda.contacts.v1', 'beseda.presence.v1'],
    parked: memoryParkedStore(),
    handler: (record: ReceivedRecord) => {
      if (record.topic === 'beseda.contacts.v1') seen.contacts.push(contactsV1.ContactEvent.decode(record.value));
      else seen.presence.push(presenceV1.PresenceEvent.decode(record.value));
    },
  });
  return seen;
}
