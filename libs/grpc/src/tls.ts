import { isIP } from 'node:net';
import { type PeerCertificate, checkServerIdentity } from 'node:tls';
import { type ChannelOptions, ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';

/** The certificates with which services know each other; all of it PEM. */
export interface GrpcTls {
  /** Own certificate, with those between it and the authority. Servers show it, and clients to servers that ask. */
  cert: Buffer;
  /** Its private key, without a passphrase. */
  key: Buffer;
  /**
   * Authorities that sign the others' certificates. Given, a server lets in only clients with such a certificate, and a
   * client trusts only such servers. Not given, a server asks for no certificate and a client trusts Node's authorities.
   */
  ca?: Buffer | undefined;
}

/** Credentials of a server: TLS when there are certificates, mutual when there is an authority; else plain. */
export function serverCredentials(tls: GrpcTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { private_key: tls.key, cert_chain: tls.cert };
  return ServerCredentials.createSsl(tls.ca ?? null, [pair], tls.ca !== undefined);
}

/** What a client needs for its channel. */
export interface ChannelSecurity {
  credentials: ChannelCredentials;
  options: ChannelOptions;
}

/**
 * Credentials of a client. The server's certificate must be good for a host of `address`; when that lists several, for
 * any of them, since all are replicas of one service.
 *
 * @param address as `GrpcClientOptions.address`.
 * @param service short name of the service.
 */
export function channelSecurity(address: string, service: string, tls: GrpcTls | undefined): ChannelSecurity {
  if (!tls) return { credentials: ChannelCredentials.createInsecure(), options: {} };
  const hosts = hostsOf(address);
  const checkAny = (_: string, cert: PeerCertificate): Error | undefined => refusal(hosts, cert);
  const credentials = ChannelCredentials.createSsl(tls.ca ?? null, tls.key, tls.cert, {
    checkServerIdentity: checkAny,
  });
  // The handshake names the wanted host to the server; RFC 6066 forbids addresses there, and Node warns of them.
  const named = isIP(hosts[0] ?? '') === 0 ? {} : { 'grpc.ssl_target_name_override': service };
  return { credentials, options: named };
}

/** Why a certificate is good for none of the hosts; undefined when it is good for one. */
function refusal(hosts: readonly string[], cert: PeerCertificate): Error | undefined {
  const refusals = hosts.map((host) => checkServerIdentity(host, cert));
  return refusals.includes(undefined) ? undefined : refusals[0];
}

/** The hosts of `host:port`, of a list of them, or of `dns:///name:port`. */
function hostsOf(address: string): string[] {
  return address
    .replace(/^(dns|ipv4|ipv6):(\/\/[^/]*\/)?/, '')
    .split(',')
    .map((one) =>
      one
        .trim()
        .replace(/:\d+$/, '')
        .replace(/^\[(.*)\]$/, '$1'),
    );
}
