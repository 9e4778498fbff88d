import { randomUUID } from 'node:crypto';
import { type Actor, Keys } from '@beseda/auth';
import { BUS, type Bus, memoryParkedStore } from '@beseda/bus';
import { adminV1, presenceV1, routingV1, settingRecord, settingsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { MONGO_CONNECTION } from '@beseda/mongo';
import { type RunningService, type ServiceDefinition, loadBaseConfig, startService } from '@beseda/service-defaults';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Connection } from 'mongoose';
import { routingService } from '../index.js';

const SECRET = 'a secret of the tests, long enough for keys';
export const SITE = 'site-1';
export const OTHER_SITE = 'site-2';

export const gatewayOf = (siteId: string): Actor => ({ kind: 'service', id: 'gateway', siteId });
export const operatorActor = (id: string, siteId = SITE): Actor => ({ kind: 'operator', id, siteId, role: 'operator' });

/** An operator as `admin` tells of it. */
export const operatorSetting = (
  id: string,
  sites: readonly string[],
  more: { version?: number; disabled?: boolean } = {},
): settingsV1.Setting => ({
  kind: 'operator',
  siteId: '',
  id,
  version: more.version ?? 1,
  deleted: false,
  value: {
    $case: 'operator',
    value: settingsV1.OperatorSettings.fromPartial({
      id,
      name: id,
      sites: sites.map((siteId) => ({ siteId, role: settingsV1.Role.ROLE_OPERATOR })),
      disabled: more.disabled ?? false,
    }),
  },
});

/** The operators that `admin` knows. */
export const knownOperators = [
  operatorSetting('anna', [SITE]),
  operatorSetting('boris', [SITE, OTHER_SITE]),
  operatorSetting('vera', [SITE]),
];

@Controller()
class AdminStandIn {
  @GrpcMethod('SettingsService')
  snapshot(@Payload() { kind }: adminV1.SnapshotRequest): adminV1.SnapshotResponse {
    return { settings: kind === 'operator' ? knownOperators : [] };
  }
}

@Module({ controllers: [AdminStandIn] })
class AdminStandInModule {}

const adminStandIn: ServiceDefinition = {
  name: 'admin',
  loadConfig: loadBaseConfig,
  module: () => AdminStandInModule,
  grpc: [adminV1.SettingsServiceService],
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

/** A started routing service and what tests ask of it. */
export interface RunningRouting {
  service: RunningService;
  connection: Connection;
  bus: Bus;
  client: GrpcClient<typeof routingV1.RoutingServiceService>;
  renew(instance: string, operatorIds: string[], released?: string[], siteId?: string): Promise<unknown>;
  /** State of each operator of a site, as asked by a gateway. */
  states(siteId?: string): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

const WORDS: Partial<Record<presenceV1.OperatorState, string>> = {
  [presenceV1.OperatorState.OPERATOR_STATE_ONLINE]: 'online',
  [presenceV1.OperatorState.OPERATOR_STATE_AWAY]: 'away',
  [presenceV1.OperatorState.OPERATOR_STATE_OFFLINE]: 'offline',
};
/** A state in a word. */
export const word = (state: presenceV1.OperatorState): string => WORDS[state] ?? 'unknown';

export async function startRouting(env: Record<string, string>): Promise<RunningRouting> {
  const service = await startService(routingService, env, { processMetrics: false });
  const client = createGrpcClient(routingV1.RoutingServiceService, {
    address: service.grpcAddress ?? '',
    keys: new Keys(SECRET),
    service: 'routing',
  });
  return {
    service,
    client,
    connection: service.app.get<Connection>(MONGO_CONNECTION),
    bus: service.app.get<Bus>(BUS),
    renew: (instance, operatorIds, releasedOperatorIds = [], siteId = SITE) =>
      client.call('renewOperatorLeases', { instance, operatorIds, releasedOperatorIds }, { actor: gatewayOf(siteId) }),
    async states(siteId = SITE) {
      const { items } = await client.call('listPresence', {}, { actor: gatewayOf(siteId) });
      return Object.fromEntries(items.map(({ operatorId, state }) => [operatorId, word(state)]));
    },
    async stop() {
      client.close();
      await service.stop();
    },
  };
}

/** `operator:state` of everything published about a site, in order. */
export async function collectPresence(bus: Bus, siteId = SITE): Promise<string[]> {
  const seen: string[] = [];
  await bus.subscribe({
    group: `spec-${randomUUID()}`,
    topics: ['beseda.presence.v1'],
    parked: memoryParkedStore(),
    handler: (record) => {
      const { envelope, body } = presenceV1.PresenceEvent.decode(record.value);
      if (envelope?.siteId === siteId && body?.$case === 'operatorPresenceChanged')
        seen.push(`${body.value.operatorId}:${word(body.value.state)}`);
    },
  });
  return seen;
}

/** Tells every service of a changed operator. */
export const publishOperator = (bus: Bus, setting: settingsV1.Setting): Promise<void> =>
  bus.publish([settingRecord(setting, randomUUID())]);
