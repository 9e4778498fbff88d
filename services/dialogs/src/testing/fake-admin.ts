import { adminV1, settingsV1 } from '@beseda/contracts';
import { type RunningService, type ServiceDefinition, loadBaseConfig, startService } from '@beseda/service-defaults';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';

/** An `admin` that only answers what the settings are. */
export interface FakeAdmin {
  address: string;
  settings: settingsV1.Setting[];
  stop(): Promise<void>;
}

export const siteSetting = (id: string, reopenWindowHours = 24, version = 1): settingsV1.Setting => ({
  kind: 'site',
  siteId: id,
  id,
  version,
  deleted: false,
  value: {
    $case: 'site',
    value: settingsV1.SiteSettings.create({ id, name: id, reopenWindowHours, maxFileBytes: 2_097_152 }),
  },
});

export const operatorSetting = (id: string, siteId: string): settingsV1.Setting => ({
  kind: 'operator',
  siteId: '',
  id,
  version: 1,
  deleted: false,
  value: {
    $case: 'operator',
    value: settingsV1.OperatorSettings.fromPartial({
      id,
      name: id,
      email: `${id}@example.com`,
      sites: [{ siteId, role: settingsV1.Role.ROLE_OPERATOR }],
      tokenVersion: 1,
    }),
  },
});

export const teamSetting = (siteId: string, id: string, operatorIds: string[], version = 1): settingsV1.Setting => ({
  kind: 'team',
  siteId,
  id,
  version,
  deleted: false,
  value: { $case: 'team', value: { id, name: id, operatorIds } },
});

export const tagSetting = (
  siteId: string,
  tag: Partial<settingsV1.TagSettings> & { id: string; name: string },
  version = 1,
): settingsV1.Setting => ({
  kind: 'tag',
  siteId,
  id: tag.id,
  version,
  deleted: false,
  value: { $case: 'tag', value: settingsV1.TagSettings.fromPartial(tag) },
});

export async function startFakeAdmin(
  secret: string,
  settings: settingsV1.Setting[],
  more: Record<string, string> = {},
): Promise<FakeAdmin> {
  @Controller()
  class SettingsController {
    @GrpcMethod('SettingsService')
    snapshot(@Payload() { kind }: adminV1.SnapshotRequest): adminV1.SnapshotResponse {
      return { settings: settings.filter((setting) => setting.kind === kind) };
    }
  }
  @Module({ controllers: [SettingsController] })
  class FakeAdminModule {}
  const definition: ServiceDefinition = {
    name: 'admin',
    loadConfig: loadBaseConfig,
    module: () => FakeAdminModule,
    grpc: [adminV1.SettingsServiceService],
  };
  const env = { BESEDA_SECRET: secret, MONGO_URL: 'mongodb://127.0.0.1:1', LOG_LEVEL: 'silent', ...more };
  const service: RunningService = await startService(definition, env, { processMetrics: false });
  return { address: service.grpcAddress ?? '', settings, stop: () => service.stop() };
}
