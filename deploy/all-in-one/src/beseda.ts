import { adminService, FirstRun } from '@beseda/admin';
import { contactsService } from '@beseda/contacts';
import { dialogsService } from '@beseda/dialogs';
import { startEmbeddedMongo } from '@beseda/embedded-mongo';
import { gatewayService } from '@beseda/gateway';
import { routingService } from '@beseda/routing';
import {
  DataFolder,
  type InstallationConfig,
  type ReadyLine,
  SERVICES,
  type ServiceName,
  claimPort,
  startGroups,
} from '@beseda/installation';
import {
  type Env,
  type RunningService,
  type ServiceDefinition,
  grpcAddressKey,
  startService,
} from '@beseda/service-defaults';

/** A running Beseda. */
export interface Beseda {
  ready: ReadyLine;
  /** The embedded MongoDB is in use. */
  embedded: boolean;
  dataDir: string;
  /** Somebody could read the generated password: it is never given again. */
  announced(): Promise<void>;
  /** Stops the services in reverse order, then the database, then lets go of the folder. */
  stop(): Promise<void>;
}

/** What each service of the list is. */
const DEFINITIONS: Record<ServiceName, ServiceDefinition> = {
  admin: adminService,
  contacts: contactsService,
  dialogs: dialogsService,
  gateway: gatewayService,
  routing: routingService,
};

/** Connections each service may hold open: they all share one small process. */
const MONGO_POOL = '8';

/** Starts every service in this process, each after those it calls. */
export async function startBeseda(config: InstallationConfig, env: Env): Promise<Beseda> {
  const folder = new DataFolder(config.dataDir);
  const port = await claimPort(config.host, config.port);
  folder.open();
  const undo: (() => Promise<void> | void)[] = [() => folder.close()];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const mongoUrl = config.mongoUrl ?? (await startDatabase(folder, undo));
    folder.writeRunInfo({ pid: process.pid, mongoUrl });
    const url = config.publicUrl ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    const services = await startServices(
      {
        BESEDA_MONGO_POOL: MONGO_POOL,
        ...env,
        BESEDA_DATA: config.dataDir,
        BESEDA_SECRET: config.secret ?? folder.secret(),
        BESEDA_HOST: config.host,
        BESEDA_PORT: String(port),
        BESEDA_PUBLIC_URL: url,
        MONGO_URL: mongoUrl,
      },
      undo,
    );
    const first = firstRunOf(services);
    return {
      ready: readyLine(services, first, url),
      embedded: config.mongoUrl === undefined,
      dataDir: config.dataDir,
      announced: () => first.shown(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(folder: DataFolder, undo: (() => Promise<void> | void)[]): Promise<string> {
  const server = await startEmbeddedMongo({ path: folder.database() });
  undo.push(() => server.stop());
  folder.markUsed();
  return server.uri;
}

async function startServices(env: Env, undo: (() => Promise<void> | void)[]): Promise<RunningService[]> {
  const running: RunningService[] = [];
  const addresses: Record<string, string> = {};
  for (const name of startGroups(SERVICES).flat()) {
    const processMetrics = running.length === 0;
    const service = await startService(DEFINITIONS[name], { ...env, ...addresses }, { processMetrics });
    undo.push(() => service.stop());
    if (service.grpcAddress) addresses[grpcAddressKey(name)] = service.grpcAddress;
    running.push(service);
  }
  return running;
}

function firstRunOf(services: readonly RunningService[]): FirstRun {
  const admin = services.find((service) => service.name === adminService.name);
  if (!admin) throw new TypeError('admin has not started');
  return admin.app.get(FirstRun, { strict: false });
}

function readyLine(services: readonly RunningService[], first: FirstRun, url: string): ReadyLine {
  return {
    url,
    demo: `${url}/demo`,
    siteId: first.siteId,
    login: first.login,
    ...(first.password === undefined ? {} : { password: first.password }),
    pids: Object.fromEntries(services.map((service) => [service.name, process.pid])),
  };
}
