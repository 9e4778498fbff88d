import { fileURLToPath } from 'node:url';

/** One method of a ts-proto `outputServices=grpc-js` definition. */
export interface GrpcMethodDefinition {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
  requestSerialize: (value: never) => Buffer;
  requestDeserialize: (value: Buffer) => unknown;
  responseSerialize: (value: never) => Buffer;
  responseDeserialize: (value: Buffer) => unknown;
}

/** A gRPC service as ts-proto generates it, such as `dialogsV1.DialogsServiceService`. */
export type GrpcServiceDefinition = Record<string, GrpcMethodDefinition>;

/** Full name of a service: `beseda.dialogs.v1.DialogsService`. */
export function grpcServiceName(definition: GrpcServiceDefinition): string {
  const method = Object.values(definition)[0];
  if (!method) throw new TypeError('a gRPC service without methods has no name');
  return method.path.slice(1, method.path.lastIndexOf('/'));
}

/** Folder of the .proto sources: gRPC reflection is served from them. */
export const PROTO_ROOT: string = fileURLToPath(new URL('../../../proto', import.meta.url));
