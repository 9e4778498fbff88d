import type { KafkaConfig } from 'kafkajs';
import type { BusLogger } from '../port.js';

/** How to sign in at the brokers. */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Where the Kafka log is and how it is read and written. */
export interface KafkaOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** Encrypts connections; `ca` is the PEM of the authority that signed the brokers' certificates (default: the system's). */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: KafkaSasl;
  /** Name of this client in the brokers' logs and quotas. Default: `beseda`. */
  readonly clientId?: string;
  readonly logger?: BusLogger;
  /** Makes the sockets, for who must reach the brokers another way than by their own addresses. */
  readonly socketFactory?: NonNullable<KafkaConfig['socketFactory']>;
  /** Times, for tests that cannot wait. */
  readonly times?: Partial<KafkaTimes>;
}

/** Times of the client, milliseconds. */
export interface KafkaTimes {
  /** A member that sends no heartbeat for so long loses its partitions. */
  readonly sessionTimeout: number;
  /** A few heartbeats fit into a session, so that one lost answer costs nothing. */
  readonly heartbeatInterval: number;
  /** How long members have to come back when partitions are dealt out anew. */
  readonly rebalanceTimeout: number;
  /** The broker answers a fetch after this time when nothing new came; also what closing and resuming may take. */
  readonly fetchWait: number;
  /** A request without an answer has failed after this time. */
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
  /** Pause between looks for a topic that does not exist, or a broker that does not answer, at the start of a consumer. */
  readonly waitForTopic: number;
}

/**
 * Session, heartbeat and rebalance: a process that died is replaced within 10 s, one that is busy for a few seconds is not.
 * Requests: longer than any healthy answer, short enough that a broker that hangs is left within a client's patience.
 */
export const DEFAULT_TIMES: KafkaTimes = {
  sessionTimeout: 8_000,
  heartbeatInterval: 1_500,
  rebalanceTimeout: 10_000,
  fetchWait: 500,
  requestTimeout: 10_000,
  connectionTimeout: 3_000,
  waitForTopic: 2_000,
};

/** Ephemeral topics (typing and the like) are worth one broker's word only. */
export const isEphemeral = (topic: string): boolean => /(^|\.)ephemeral(\.|$)/.test(topic);
