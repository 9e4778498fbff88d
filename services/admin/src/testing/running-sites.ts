import { randomUUID } from 'node:crypto';
import type { Role } from '@beseda/api';
import type { Actor } from '@beseda/auth';
import { BUS, type Bus, memoryParkedStore } from '@beseda/bus';
import { adminV1, dialogEventRecord, eventsV1, settingsV1 } from '@beseda/contracts';
import type { GrpcClient } from '@beseda/grpc';
import { createGrpcClient } from '@beseda/grpc';
import { type RunningService, startService } from '@beseda/service-defaults';
import { FirstRun, adminService } from '../index.js';
import { keys, operatorActor } from './running-admin.js';

type Admin = GrpcClient<typeof adminV1.AdminServiceService>;
type Library = GrpcClient<typeof adminV1.LibraryServiceService>;

/** A started admin service, seen from the settings of its sites. */
export interface RunningSites {
  service: RunningService;
  siteId: string;
  admin: Admin;
  library: Library;
  snapshot(kind: string): Promise<settingsV1.Setting[]>;
  /** Everything published from now on. */
  listen(): Promise<settingsV1.Setting[]>;
  createSite(name: string): Promise<string>;
  /** Publishes that somebody, by default an operator, gave tags to a dialog. */
  tagged(siteId: string, tags: string[], at?: Date, by?: eventsV1.ActorKind): Promise<void>;
  stop(): Promise<void>;
}

const OPERATOR = eventsV1.ActorKind.ACTOR_KIND_OPERATOR;
const SERVICE: Actor = { kind: 'service', id: 'dialogs' };

export async function startSites(env: Record<string, string>): Promise<RunningSites> {
  const service = await startService(adminService, env, { processMetrics: false });
  const options = { address: service.grpcAddress ?? '', keys, service: 'admin' };
  const admin = createGrpcClient(adminV1.AdminServiceService, options);
  const library = createGrpcClient(adminV1.LibraryServiceService, options);
  const settings = createGrpcClient(adminV1.SettingsServiceService, options);
  const { siteId } = service.app.get(FirstRun);
  const bus = service.app.get<Bus>(BUS);
  const snapshot = async (kind: string): Promise<settingsV1.Setting[]> =>
    (await settings.call('snapshot', { kind }, { actor: SERVICE })).settings;
  return {
    ...{ service, siteId, admin, library, snapshot },
    listen: () => listenTo(bus),
    createSite: async (name) => {
      const [first] = await snapshot('operator');
      const actor = operatorActor(first?.id ?? '', siteId, 'superadmin');
      return (await admin.call('createSite', { name, domains: [] }, { actor })).siteId;
    },
    tagged: (site, tags, at = new Date(), by = OPERATOR) => bus.publish([taggedRecord(site, tags, at, by)]),
    stop: async () => {
      for (const client of [admin, library, settings]) client.close();
      await service.stop();
    },
  };
}

async function listenTo(bus: Bus): Promise<settingsV1.Setting[]> {
  const published: settingsV1.Setting[] = [];
  await bus.subscribe({
    group: `spec-${randomUUID()}`,
    topics: ['beseda.settings.v1'],
    parked: memoryParkedStore(),
    handler: (record) => {
      published.push(settingsV1.Setting.decode(record.value));
    },
  });
  return published;
}

/** The newest state of a setting among those that were published. */
export const newest = (published: readonly settingsV1.Setting[], kind: string, id: string) =>
  published.filter((one) => one.kind === kind && one.id === id).sort((a, b) => b.version - a.version)[0];

const taggedRecord = (siteId: string, tags: string[], occurredAt: Date, kind: eventsV1.ActorKind) => {
  const dialogId = randomUUID();
  return dialogEventRecord({
    envelope: {
      ...{ eventId: randomUUID(), siteId, aggregateId: dialogId, seq: 2, type: 'dialog.tagged', occurredAt },
      ...{ correlationId: 'c', causationId: '' },
      actor: { kind, id: 'olga' },
    },
    body: { body: { $case: 'dialogTagged', value: { tags } } },
    ...{ contactId: 'k', assigneeId: '' },
  });
};

/** An actor of a role; each call with another id is another person. */
export const person = (siteId: string, role: Role, id = `${role}-1`): Actor => operatorActor(id, siteId, role);

/** A change of a site that names nothing. */
export const noChange = (siteId: string): adminV1.UpdateSiteRequest => adminV1.UpdateSiteRequest.create({ siteId });
