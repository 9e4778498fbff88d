import { randomUUID } from 'node:crypto';
import { type Role } from '@beseda/api';
import { type Actor, Keys } from '@beseda/auth';
import { adminV1, type settingsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { type RunningService, startService } from '@beseda/service-defaults';
import { FirstRun, adminService } from '../index.js';

export const SECRET = 'a secret of the tests, long enough for keys';
export const keys = new Keys(SECRET);
export const GATEWAY: Actor = { kind: 'service', id: 'gateway' };
export const FIRST_PASSWORD = 'correct horse battery';

/** The environment of one installation: replicas of the same test share it. */
export function testEnv(uri: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    BESEDA_SECRET: SECRET,
    MONGO_URL: uri,
    BESEDA_PREFIX: `t${randomUUID().slice(0, 8)}_`,
    BESEDA_BUS: `:memory:${randomUUID()}`,
    LOG_LEVEL: 'silent',
    ...more,
  };
}

/** A started admin service and clients of its three gRPC services. */
export interface RunningAdmin {
  service: RunningService;
  first: FirstRun;
  auth: GrpcClient<typeof adminV1.AuthServiceService>;
  admin: GrpcClient<typeof adminV1.AdminServiceService>;
  account: GrpcClient<typeof adminV1.AccountServiceService>;
  settings: GrpcClient<typeof adminV1.SettingsServiceService>;
  login(email: string, password: string, address?: string): Promise<adminV1.Session>;
  refresh(refreshToken: string): Promise<adminV1.Session>;
  /** The first operator, acting on the first site. */
  superadmin(): Promise<Actor>;
  sites(): Promise<settingsV1.SiteSettings[]>;
  operators(): Promise<settingsV1.OperatorSettings[]>;
  stop(): Promise<void>;
}

/** The fields of CreateOperator that most tests have nothing to say about. */
export const NO_EXTRAS = { internalName: '', avatarFileId: '', rights: undefined, teamIds: [] as string[], locale: '' };

/** An operator as gateways present them. */
export const operatorActor = (id: string, siteId: string, role: Role): Actor => ({
  kind: 'operator',
  id,
  siteId,
  role,
});

export async function startAdmin(env: Record<string, string>): Promise<RunningAdmin> {
  const service = await startService(adminService, env, { processMetrics: false });
  const options = { address: service.grpcAddress ?? '', keys, service: 'admin' };
  const auth = createGrpcClient(adminV1.AuthServiceService, options);
  const admin = createGrpcClient(adminV1.AdminServiceService, options);
  const account = createGrpcClient(adminV1.AccountServiceService, options);
  const settings = createGrpcClient(adminV1.SettingsServiceService, options);
  const first = service.app.get(FirstRun);
  const snapshot = async (kind: string): Promise<settingsV1.Setting[]> =>
    (await settings.call('snapshot', { kind }, { actor: { kind: 'service', id: 'dialogs' } })).settings;
  const operators = async (): Promise<settingsV1.OperatorSettings[]> =>
    (await snapshot('operator')).flatMap(({ value }) => (value?.$case === 'operator' ? [value.value] : []));
  const session = (given: adminV1.Session | undefined): adminV1.Session => {
    if (!given) throw new Error('an answer without a session');
    return given;
  };
  return {
    service,
    first,
    auth,
    admin,
    account,
    settings,
    operators,
    login: async (email, password, address = '') =>
      // dozens of passwords hashed at once take their time on a busy machine
      session(
        (
          await auth.call(
            'login',
            { email, password, address, userAgent: 'jest' },
            { actor: GATEWAY, deadlineMs: 25_000 },
          )
        ).session,
      ),
    refresh: async (refreshToken) =>
      session((await auth.call('refresh', { refreshToken }, { actor: GATEWAY })).session),
    superadmin: async () => {
      const found = (await operators()).find(({ email }) => email === first.login);
      return operatorActor(found?.id ?? '', first.siteId, 'superadmin');
    },
    sites: async () => (await snapshot('site')).flatMap(({ value }) => (value?.$case === 'site' ? [value.value] : [])),
    stop: async () => {
      for (const client of [auth, admin, account, settings]) client.close();
      await service.stop();
    },
  };
}
