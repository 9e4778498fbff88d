import type { Actor } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { MONGO_CONNECTION } from '@beseda/mongo';
import type { Connection } from 'mongoose';
import { type RunningAdmin, keys, operatorActor, startAdmin } from './running-admin.js';

/** A started admin service, seen from keys, audit log and licence. */
export interface RunningSystem {
  admin: RunningAdmin;
  system: GrpcClient<typeof adminV1.SystemServiceService>;
  connection: Connection;
  siteId: string;
  superadmin: Actor;
  /** The whole log of a site, newest first. */
  log(siteId?: string, filter?: Partial<adminV1.AuditFilter>): Promise<adminV1.AuditEntry[]>;
  createSite(name: string): Promise<string>;
  stop(): Promise<void>;
}

export const filterOf = (filter: Partial<adminV1.AuditFilter> = {}): adminV1.AuditFilter => ({
  operatorId: '',
  subject: '',
  from: undefined,
  to: undefined,
  q: '',
  ...filter,
});

export async function startSystem(env: Record<string, string>): Promise<RunningSystem> {
  const admin = await startAdmin(env);
  const options = { address: admin.service.grpcAddress ?? '', keys, service: 'admin' };
  const system = createGrpcClient(adminV1.SystemServiceService, options);
  const superadmin = await admin.superadmin();
  const { siteId } = admin.first;
  const on = (site: string): Actor => operatorActor(superadmin.id, site, 'superadmin');
  return {
    admin,
    system,
    connection: admin.service.app.get<Connection>(MONGO_CONNECTION),
    siteId,
    superadmin,
    log: async (site = siteId, filter = {}) => {
      const request = { filter: filterOf(filter), cursor: '', limit: 100 };
      return (await system.call('listAudit', request, { actor: on(site) })).items;
    },
    createSite: async (name) =>
      (await admin.admin.call('createSite', { name, domains: [] }, { actor: superadmin })).siteId,
    stop: async () => {
      system.close();
      await admin.stop();
    },
  };
}
