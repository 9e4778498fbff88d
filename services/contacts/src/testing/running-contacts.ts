import { createHmac, randomUUID } from 'node:crypto';
import { type Actor, Keys, verifyVisitor } from '@beseda/auth';
import { BUS, type Bus, type ReceivedRecord, memoryParkedStore } from '@beseda/bus';
import { adminV1, contactsV1, presenceV1, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { CurrentActor, type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { type RunningService, type ServiceDefinition, loadBaseConfig, startService } from '@beseda/service-defaults';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Connection } from 'mongoose';
import { contactsService } from '../index.js';

export const SECRET = 'a secret of the tests, long enough for keys';
export const keys = new Keys(SECRET);
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

/** The sites that `admin` knows. */
export const knownSites = [SITE, OTHER_SITE];

/** A site's setting as `admin` has it now. */
export const siteSetting = (id: string): settingsV1.Setting => ({
  kind: 'site',
  siteId: id,
  id,
  version: secrets.version,
  deleted: false,
  value: {
    $case: 'site',
    value: settingsV1.SiteSettings.create({
      id,
      name: id,
      reopenWindowHours: 24,
      maxFileBytes: 2_097_152,
      identitySecretVersion: secrets.version,
    }),
  },
});

@Controller()
class AdminStandIn {
  @GrpcMethod('SettingsService')
  snapshot(@Payload() { kind }: adminV1.SnapshotRequest): adminV1.SnapshotResponse {
    return { settings: kind === 'site' ? knownSites.map(siteSetting) : [] };
  }

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

@Module({ controllers: [AdminStandIn] })
class AdminStandInModule {}

const adminStandIn: ServiceDefinition = {
  name: 'admin',
  loadConfig: loadBaseConfig,
  module: () => AdminStandInModule,
  grpc: [adminV1.AdminServiceService, adminV1.SettingsServiceService],
};

/** Starts what plays `admin`. */
export const startAdminStandIn = (uri: string): Promise<RunningService> =>
  startService(adminStandIn, { BESEDA_SECRET: SECRET, MONGO_URL: uri, LOG_LEVEL: 'silent' }, { processMetrics: false });

/** The environment of one installation: replicas of the same test share it. */
export const testEnv = (uri: string, admin: RunningService): Record<string, string> => ({
  BESEDA_SECRET: SECRET,
  MONGO_URL: uri,
  BESEDA_PREFIX: `t${randomUUID().slice(0, 8)}_`,
  BESEDA_BUS: `:memory:${randomUUID()}`,
  BESEDA_ADMIN_GRPC: admin.grpcAddress ?? '',
  LOG_LEVEL: 'silent',
});

export const contactActor = (id: string, siteId = SITE): Actor => ({ kind: 'contact', id, siteId });
export const operatorActor = (siteId = SITE): Actor => ({ kind: 'operator', id: 'op-1', siteId, role: 'operator' });

type Session = { token: string; contact: contactsV1.Contact };

/** A started contacts service and what tests ask of it. */
export interface RunningContacts {
  service: RunningService;
  connection: Connection;
  bus: Bus;
  client: GrpcClient<typeof contactsV1.ContactsServiceService>;
  open(request?: Partial<contactsV1.OpenSessionRequest>): Promise<Session>;
  card(id: string, actor?: Actor): Promise<contactsV1.Contact>;
  identify(id: string, request: Partial<contactsV1.IdentifyRequest>, siteId?: string): Promise<unknown>;
  auth(id: string, userId: string, hmac?: string, siteId?: string): Promise<string>;
  stop(): Promise<void>;
}

const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('an answer lacks its main part');
  return value;
};

export async function startContacts(env: Record<string, string>): Promise<RunningContacts> {
  const service = await startService(contactsService, env, { processMetrics: false });
  const client = createGrpcClient(contactsV1.ContactsServiceService, {
    address: service.grpcAddress ?? '',
    keys,
    service: 'contacts',
  });
  return {
    service,
    client,
    connection: service.app.get<Connection>(MONGO_CONNECTION),
    bus: service.app.get<Bus>(BUS),
    async open(request = {}) {
      const full = { siteId: SITE, token: '', page: undefined, device: undefined, ...request };
      const { token, contact } = await client.call('openSession', full, { actor: GATEWAY });
      return { token, contact: given(contact) };
    },
    async card(id, actor = operatorActor()) {
      return given((await client.call('getContact', { contactId: id }, { actor })).contact);
    },
    identify: (id, request, siteId = SITE) =>
      client.call('identify', { properties: undefined, ...request }, { actor: contactActor(id, siteId) }),
    async auth(id, userId, hmac = hmacOf(userId), siteId = SITE) {
      const answer = await client.call('authenticate', { userId, hmac }, { actor: contactActor(id, siteId) });
      const claims = await verifyVisitor(keys, answer.token);
      if (claims?.contactId !== answer.contactId) throw new Error('the token is of another contact');
      return answer.contactId;
    },
    async stop() {
      client.close();
      await service.stop();
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
