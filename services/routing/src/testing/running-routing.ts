import { randomUUID } from 'node:crypto';
import type { Actor } from '@beseda/auth';
import { type Bus, memoryParkedStore } from '@beseda/bus';
import { operatorStateWords, presenceV1, routingV1, settingRecord, type settingsV1 } from '@beseda/contracts';
import {
  type FakeAdmin,
  type TestService,
  operatorSetting,
  startFakeAdmin,
  startTestService,
} from '@beseda/service-defaults/testing';
import { routingService } from '../index.js';

export const SITE = 'site-1';
export const OTHER_SITE = 'site-2';

export const gatewayOf = (siteId: string): Actor => ({ kind: 'service', id: 'gateway', siteId });
export const operatorActor = (id: string, siteId = SITE): Actor => ({ kind: 'operator', id, siteId, role: 'operator' });

/** The operators that `admin` knows. */
const knownOperators = (): settingsV1.Setting[] => [
  operatorSetting('anna', [SITE]),
  operatorSetting('boris', [SITE, OTHER_SITE]),
  operatorSetting('vera', [SITE]),
];

/** Starts what plays `admin`. */
export const startAdmin = (): Promise<FakeAdmin> => startFakeAdmin({ settings: knownOperators() });

/** A started routing service and what tests ask of it. */
export interface RunningRouting extends TestService<typeof routingV1.RoutingServiceService> {
  renew(instance: string, operatorIds: string[], released?: string[], siteId?: string): Promise<unknown>;
  /** State of each operator of a site, as asked by a gateway. */
  states(siteId?: string): Promise<Record<string, string>>;
}

/** A state in a word. */
export const word = (state: presenceV1.OperatorState): string => operatorStateWords.word(state) ?? 'unknown';

export async function startRouting(env: Record<string, string>): Promise<RunningRouting> {
  const running = await startTestService(routingService, routingV1.RoutingServiceService, env);
  const { client } = running;
  return {
    ...running,
    renew: (instance, operatorIds, releasedOperatorIds = [], siteId = SITE) =>
      client.call(
        'renewOperatorLeases',
        { instance, operatorIds, releasedOperatorIds },
        { actor: gatewayOf(siteId), deadlineMs: 25_000 },
      ),
    async states(siteId = SITE) {
      const { items } = await client.call('listPresence', {}, { actor: gatewayOf(siteId) });
      return Object.fromEntries(items.map(({ operatorId, state }) => [operatorId, word(state)]));
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
