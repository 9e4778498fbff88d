import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { BusLogger } from '../port.js';
import { quietRequestQueues } from './quiet-queue.js';
import { DEFAULT_TIMES, type KafkaOptions, type KafkaTimes } from './options.js';

/** The same line again within this time is not shown, milliseconds: a client without a broker repeats itself. */
const QUIET_MS = 10_000;

/**
 * What kafkajs has to say, as lines of the service's logger. It calls everything an error that it then tries again, so
 * nothing of it is more than a warning here: what is fatal comes as an error of the bus.
 */
export function kafkaLogCreator(logger: BusLogger | undefined): () => (entry: LogEntry) => void {
  const shown = new Map<string, number>();
  return () =>
    ({ namespace, level, log }) => {
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = log;
      if (level > logLevel.ERROR) return logger?.debug({ ...fields, namespace }, message);
      const line = `${namespace} ${message} ${String(fields['error'] ?? '')}`;
      const now = Date.now();
      if (now - (shown.get(line) ?? 0) < QUIET_MS) return;
      if (shown.size > 200) shown.clear();
      shown.set(line, now);
      logger?.warn({ ...fields, namespace }, `kafka: ${message}`);
    };
}

/** Times with what a test wants different. */
export const timesOf = (options: KafkaOptions): KafkaTimes => ({ ...DEFAULT_TIMES, ...options.times });

/** The settings of kafkajs for these options. */
export function kafkaConfigOf(options: KafkaOptions): KafkaConfig {
  const { requestTimeout, connectionTimeout } = timesOf(options);
  const { tls, sasl, socketFactory } = options;
  return {
    brokers: [...options.brokers],
    clientId: options.clientId ?? 'beseda',
    requestTimeout,
    connectionTimeout,
    enforceRequestTimeout: true,
    logLevel: logLevel.INFO,
    logCreator: kafkaLogCreator(options.logger),
    ...(tls && { ssl: tls.ca === undefined ? true : { ca: [tls.ca] } }),
    ...(socketFactory && { socketFactory }),
    ...(sasl && { sasl: saslOf(sasl) }),
  };
}

function saslOf(sasl: NonNullable<KafkaOptions['sasl']>): NonNullable<KafkaConfig['sasl']> {
  const { username, password } = sasl;
  return sasl.mechanism === 'plain'
    ? { mechanism: 'plain', username, password }
    : { mechanism: 'scram-sha-512', username, password };
}

/** A client of kafkajs with these options. */
export function kafkaClient(options: KafkaOptions): Kafka {
  quietRequestQueues();
  return new Kafka(kafkaConfigOf(options));
}
