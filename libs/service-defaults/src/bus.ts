import {
  type BusAdapter,
  type BusModuleOptions,
  type EventCodec,
  type ParkedStore,
  createBus,
  embeddedAdapter,
  kafkaAdapter,
} from '@beseda/bus';
import { decodeEvent, topicOfEventType } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { runInContext } from '@beseda/grpc';
import type { ServiceContext } from './service.js';

/** How `@OnEvent` handlers get their events: decoded by the contracts. A settings record is a `Setting`, others are events. */
export const contractsCodec: EventCodec = {
  topicOf: topicOfEventType,
  decode: (record) => {
    const decoded = decodeEvent(record.topic, record.value);
    if (!decoded) throw appError('INVALID_ARGUMENT', `Nothing is known of the topic ${record.topic}.`);
    return { type: record.headers['ce_type'] ?? '', event: decoded.event };
  },
};

/** The log this service is configured for: Kafka, or the embedded one. */
export function busAdapter({ config, logger, name }: Pick<ServiceContext, 'config' | 'logger' | 'name'>): BusAdapter {
  const { kafka, path } = config.bus;
  return kafka ? kafkaAdapter({ ...kafka, clientId: `beseda-${name}`, logger }) : embeddedAdapter({ path });
}

/**
 * Options of `BusModule.forRoot` for a service: its bus, the contracts' codec, and handlers that run in the correlation id of
 * their event. `guard` wraps each handling too, such as `mongoCall`, so that an outage of the database is retried.
 */
export function busOptions(
  context: ServiceContext,
  parked: ParkedStore,
  guard: (run: () => Promise<void>) => Promise<void> = (run) => run(),
): BusModuleOptions {
  const { config, logger, registry, name, tracer } = context;
  return {
    service: name,
    bus: createBus({ adapter: busAdapter(context), prefix: config.prefix, registry, logger, tracer }),
    codec: contractsCodec,
    parked,
    logger,
    around: (event, run) =>
      runInContext({ correlationId: event.correlationId ?? crypto.randomUUID() }, () => guard(run)),
  };
}
