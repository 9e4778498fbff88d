import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type GrpcServiceDefinition, PROTO_ROOT, grpcServiceName } from '@beseda/contracts';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { HealthImplementation } from 'grpc-health-check';
import { type GrpcTls, serverCredentials } from './tls.js';

/** Serves `grpc.health.v1.Health`: SERVING once the service is ready, NOT_SERVING while it starts or stops. */
export class GrpcHealth {
  readonly #implementation = new HealthImplementation({ '': 'NOT_SERVING' });

  set(serving: boolean): void {
    this.#implementation.setStatus('', serving ? 'SERVING' : 'NOT_SERVING');
  }

  addTo(server: Server): void {
    this.#implementation.addToServer(server);
  }
}

/** The form Nest wants: methods under their proto names, grouped by full service name. */
function toNestPackage(definitions: readonly GrpcServiceDefinition[]): Record<string, object> {
  return Object.fromEntries(
    definitions.map((definition) => [
      grpcServiceName(definition),
      Object.fromEntries(
        Object.entries(definition).map(([name, method]) => [
          method.path.slice(method.path.lastIndexOf('/') + 1),
          { ...method, originalName: name },
        ]),
      ),
    ]),
  );
}

/**
 * Options of Nest's gRPC microservice for ts-proto definitions, with health and with reflection served from `proto/`.
 *
 * @param url where it listens: `127.0.0.1:5000`.
 * @param tls certificates; undefined: the connections are plain.
 */
export function grpcServerOptions(
  definitions: readonly GrpcServiceDefinition[],
  url: string,
  health: GrpcHealth,
  tls?: GrpcTls,
): GrpcOptions {
  const names = definitions.map(grpcServiceName);
  const packages = [...new Set(names.map((name) => name.slice(0, name.lastIndexOf('.'))))];
  return {
    transport: Transport.GRPC,
    options: {
      url,
      credentials: serverCredentials(tls),
      package: packages,
      packageDefinition: toNestPackage(definitions),
      gracefulShutdown: true,
      maxReceiveMessageLength: 16 * 1024 * 1024,
      onLoadPackageDefinition: (_, server: Server) => {
        health.addTo(server);
        new ReflectionService(reflectionDefinition(packages), {
          services: [...names, 'grpc.health.v1.Health'],
        }).addToServer(server);
      },
    },
  };
}

function reflectionDefinition(packages: readonly string[]): ReturnType<typeof loadSync> {
  const files = packages.flatMap((name) => {
    const folder = name.replaceAll('.', '/');
    return readdirSync(join(PROTO_ROOT, folder)).map((file) => `${folder}/${file}`);
  });
  return loadSync(files, { includeDirs: [PROTO_ROOT] });
}
