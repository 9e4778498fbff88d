import { adminV1, type settingsV1 } from '@beseda/contracts';
import { Controller, Module, type Type } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type ServiceDefinition, loadBaseConfig, startService } from '../index.js';
import { TEST_SECRET, TEST_START } from './start-test-service.js';

/** An `admin` that says what the settings are, and answers what controllers of the test add. */
export interface FakeAdmin {
  address: string;
  /** Has a setting from now on, unless it has a newer version of it. Nobody is told. */
  put(setting: settingsV1.Setting): void;
  stop(): Promise<void>;
}

const keyOf = ({ kind, siteId, id }: settingsV1.Setting): string => `${kind}:${siteId}:${id}`;

/** Options of {@link startFakeAdmin}. */
export interface FakeAdminOptions {
  settings: readonly settingsV1.Setting[];
  /** Further gRPC services and who answers them. */
  grpc?: readonly object[];
  controllers?: Type<unknown>[];
  /** More of its environment, such as TLS. */
  env?: Record<string, string>;
}

/** Starts what plays `admin` for a service that keeps copies of settings. */
export async function startFakeAdmin(options: FakeAdminOptions): Promise<FakeAdmin> {
  const settings = new Map(options.settings.map((setting) => [keyOf(setting), setting]));
  const { grpc = [], controllers = [], env = {} } = options;
  @Controller()
  class SettingsController {
    @GrpcMethod('SettingsService')
    snapshot(@Payload() { kind }: adminV1.SnapshotRequest): adminV1.SnapshotResponse {
      return { settings: [...settings.values()].filter((setting) => setting.kind === kind) };
    }
  }
  @Module({ controllers: [SettingsController, ...controllers] })
  class FakeAdminModule {}
  const definition: ServiceDefinition = {
    name: 'admin',
    loadConfig: loadBaseConfig,
    module: () => FakeAdminModule,
    grpc: [adminV1.SettingsServiceService, ...grpc],
  };
  const full = { BESEDA_SECRET: TEST_SECRET, MONGO_URL: 'mongodb://127.0.0.1:1', LOG_LEVEL: 'silent', ...env };
  const service = await startService(definition, full, TEST_START);
  return {
    address: service.grpcAddress ?? '',
    put(setting) {
      const known = settings.get(keyOf(setting));
      if (!known || known.version < setting.version) settings.set(keyOf(setting), setting);
    },
    stop: () => service.stop(),
  };
}
