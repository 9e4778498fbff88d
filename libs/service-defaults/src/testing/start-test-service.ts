import { randomUUID } from 'node:crypto';
import { Keys } from '@beseda/auth';
import { BUS, type Bus } from '@beseda/bus';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { MONGO_CONNECTION } from '@beseda/mongo';
import type { Connection } from 'mongoose';
import { type BaseConfig, type RunningService, type ServiceDefinition, startService } from '../index.js';

/** The installation's secret in tests. */
export const TEST_SECRET = 'a secret of the tests, long enough for keys';
/** Keys made of it. */
export const TEST_KEYS = new Keys(TEST_SECRET);
/** How tests start a service. */
export const TEST_START = { processMetrics: false };

/** The environment of one installation: replicas of the same test share it. */
export function testEnv(mongoUrl: string, admin?: { address: string }): Record<string, string> {
  const prefix = `t${randomUUID().slice(0, 8)}_`;
  return {
    BESEDA_SECRET: TEST_SECRET,
    MONGO_URL: mongoUrl,
    BESEDA_PREFIX: prefix,
    BESEDA_BUS: `:memory:${prefix}`,
    ...(admin ? { BESEDA_ADMIN_GRPC: admin.address } : {}),
    LOG_LEVEL: 'silent',
  };
}

/** A started service, a client of it, and what stands behind it. */
export interface TestService<S extends object> {
  service: RunningService;
  client: GrpcClient<S>;
  connection: Connection;
  bus: Bus;
  stop(): Promise<void>;
}

/** Starts a service in this process, with a client of the gRPC service it answers. */
export async function startTestService<S extends object, C extends BaseConfig>(
  definition: ServiceDefinition<C>,
  answers: S,
  env: Record<string, string>,
): Promise<TestService<S>> {
  const service = await startService(definition, env, TEST_START);
  const address = service.grpcAddress ?? '';
  const client = createGrpcClient(answers, { address, keys: TEST_KEYS, service: definition.name });
  return {
    service,
    client,
    connection: service.app.get<Connection>(MONGO_CONNECTION, { strict: false }),
    bus: service.app.get<Bus>(BUS, { strict: false }),
    async stop() {
      client.close();
      await service.stop();
    },
  };
}
