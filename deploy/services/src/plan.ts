import { fileURLToPath } from 'node:url';
import { SERVICE_NAMES, type ServiceName, claimPort, claimPorts, isEdge } from '@beseda/installation';
import { type Env, grpcAddressKey } from '@beseda/service-defaults';
import type { ServicesConfig } from './options.js';
import type { ProcessPlan } from './replica.js';

/** Where replicas answer each other. */
const LOOPBACK = '127.0.0.1';
/** Node keeps compiled code here, which spares each start a quarter of its work; it may be deleted at any time. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/beseda-node', import.meta.url));

/** One replica: its process and where it answers. */
export interface ReplicaPlan extends ProcessPlan {
  service: ServiceName;
  /** Its own pages of health and metrics; everything, for a gateway. */
  url: string;
}

/** What all processes share. */
export interface SharedSettings {
  secret: string;
  mongoUrl: string;
}

interface Address {
  name: string;
  service: ServiceName;
  host: string;
  port: number;
  grpc?: string;
}

/**
 * Ports and environment of every replica. Ports stay the same over restarts, so that the others find it again. The first
 * gateway has the public port, further ones the next free ports.
 *
 * @throws AppError when the public port cannot be had.
 */
export async function planReplicas(config: ServicesConfig, env: Env, shared: SharedSettings): Promise<ReplicaPlan[]> {
  const addresses = await allAddresses(config);
  const common: Env = {
    NODE_COMPILE_CACHE: COMPILED,
    ...env,
    BESEDA_DATA: config.dataDir,
    // Links in mails and domains of senders are made of it, in every service alike.
    BESEDA_PUBLIC_URL: config.publicUrl ?? publicUrlOf(addresses),
    BESEDA_SECRET: shared.secret,
    MONGO_URL: shared.mongoUrl,
    ...grpcLists(addresses),
  };
  return addresses.map((address) => ({
    name: address.name,
    service: address.service,
    script: scriptOf(address.service),
    env: { ...common, ...ownSettings(address) },
    url: httpUrl(address.host, address.port),
  }));
}

function publicUrlOf(addresses: readonly Address[]): string | undefined {
  const gateway = addresses.find(({ service }) => isEdge(service));
  return gateway && httpUrl(gateway.host, gateway.port);
}

const scriptOf = (service: ServiceName): string =>
  fileURLToPath(new URL(`../../../services/${service}/dist/main.js`, import.meta.url));

/** `http://host:port`, as a client of this machine asks for it. */
function httpUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return httpUrl(LOOPBACK, port);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function allAddresses(config: ServicesConfig): Promise<Address[]> {
  const names = SERVICE_NAMES.flatMap((service) =>
    Array.from({ length: config.replicas[service] }, (_, i) => ({ service, name: `${service}-${i + 1}` })),
  );
  const gateways = await gatewayPorts(config);
  const inner = names.filter(({ service }) => !isEdge(service));
  // Two for each: pages of health, and gRPC.
  const ports = await claimPorts(LOOPBACK, inner.length * 2);
  return names.map(({ service, name }) =>
    isEdge(service)
      ? { service, name, host: config.host, port: gateways.shift() ?? 0 }
      : { service, name, host: LOOPBACK, port: ports.shift() ?? 0, grpc: `${LOOPBACK}:${ports.shift()}` },
  );
}

async function gatewayPorts({ host, port, replicas }: ServicesConfig): Promise<number[]> {
  if (port === 0) return claimPorts(host, replicas.gateway);
  await claimPort(host, port);
  const further = replicas.gateway > 1 ? await claimPorts(host, replicas.gateway - 1, port + 1) : [];
  return [port, ...further];
}

/** `BESEDA_DIALOGS_GRPC=127.0.0.1:20001,127.0.0.1:20003` and so on. */
function grpcLists(addresses: readonly Address[]): Env {
  const services = SERVICE_NAMES.filter((service) => !isEdge(service));
  return Object.fromEntries(
    services.map((service) => [
      grpcAddressKey(service),
      addresses.flatMap((address) => (address.service === service && address.grpc ? [address.grpc] : [])).join(','),
    ]),
  );
}

function ownSettings({ service, host, port, grpc }: Address): Env {
  // Nobody else has a use for the first password.
  const secrets: Env = service === 'admin' ? {} : { BESEDA_ADMIN_PASSWORD: undefined };
  return grpc === undefined
    ? { ...secrets, BESEDA_HOST: host, BESEDA_PORT: String(port) }
    : { ...secrets, BESEDA_HTTP_LISTEN: `${host}:${port}`, BESEDA_GRPC_LISTEN: grpc };
}
