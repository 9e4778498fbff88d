import { adminV1, type settingsV1 } from '@beseda/contracts';
import {
  type RunningService,
  type ServiceDefinition,
  baseConfig,
  baseEnvSchema,
  parseEnv,
  startService,
} from '@beseda/service-defaults';
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
    value: {
      id,
      name: id,
      domains: [],
      widget: undefined,
      reopenWindowHours,
      maxFileBytes: 2_097_152,
      identitySecretVersion: 0,
    },
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
    value: {
      id,
      name: id,
      internalName: '',
      email: `${id}@example.com`,
      sites: [{ siteId, role: 1 }],
      disabled: false,
      tokenVersion: 1,
    },
  },
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
    loadConfig: (env) => baseConfig(parseEnv(baseEnvSchema, env)),
    module: () => FakeAdminModule,
    grpc: [adminV1.SettingsServiceService],
  };
  const env = { BESEDA_SECRET: secret, MONGO_URL: 'mongodb://127.0.0.1:1', LOG_LEVEL: 'silent', ...more };
  const service: RunningService = await startService(definition, env, { processMetrics: false });
  return { address: service.grpcAddress ?? '', settings, stop: () => service.stop() };
}
