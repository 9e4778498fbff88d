import { adminV1, type settingsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import type { ServiceContext } from '@beseda/service-defaults';
import type { DialogsConfig } from '../../config/config.js';

/** `admin`, the owner of the settings. */
export type AdminClient = GrpcClient<typeof adminV1.SettingsServiceService>;

export const ADMIN_CLIENT = Symbol('ADMIN_CLIENT');

export const adminClient = ({ config, keys }: Pick<ServiceContext<DialogsConfig>, 'config' | 'keys'>): AdminClient =>
  createGrpcClient(adminV1.SettingsServiceService, {
    address: config.adminGrpc,
    keys,
    service: 'admin',
    tls: config.grpcTls,
  });

/** Asks the owner for all settings of a kind. */
export const snapshotFrom =
  (client: AdminClient, self: string) =>
  async (kind: string): Promise<settingsV1.Setting[]> =>
    (await client.call('snapshot', { kind }, { actor: { kind: 'service', id: self } })).settings;
