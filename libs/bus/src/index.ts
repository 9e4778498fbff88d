export type {
  BroadcastOptions,
  Bus,
  BusLogger,
  BusRecord,
  HandlerContext,
  ParkedKey,
  ParkedReason,
  ParkedRecord,
  ParkedStore,
  ReceivedRecord,
  RecordHandler,
  ReplayReport,
  ResyncInfo,
  SubscribeOptions,
  Subscription,
} from './port.js';
export type {
  AdapterConsumer,
  Assignment,
  Batch,
  BusAdapter,
  ConsumeOptions,
  ConsumerSink,
  Position,
  Watermarks,
} from './adapter.js';
export { PARTITIONS, partitionOf } from './partition.js';
export { createBus, type BusOptions } from './core/bus.js';
export { LONGEST_BACKOFF_MS, type BusTiming } from './core/timing.js';
export { embeddedAdapter, type EmbeddedAdapter, type EmbeddedOptions } from './embedded/adapter.js';
export { BusFileError, type BusFileProblem } from './embedded/bus-file-error.js';
export { defaultRetention } from './embedded/retention.js';
export { kafkaAdapter } from './kafka/adapter.js';
export type { KafkaOptions, KafkaSasl, KafkaTimes } from './kafka/options.js';
export { ensureKafkaTopics, type TopicDifference, type TopicsReport, type WantedTopic } from './kafka/topics.js';
export { memoryParkedStore } from './parked/memory.js';
export {
  askReplay,
  listParkedEvents,
  mongoParkedStore,
  PARKED_EVENTS,
  PARKED_EVENTS_INDEXES,
  type ParkedSummary,
} from './parked/mongo.js';
export { BusModule, type BusModuleAsyncOptions } from './nest/bus.module.js';
export { BusConsumers } from './nest/bus-consumers.js';
export { OnEvent, type EventContext, type OnEventOptions } from './nest/on-event.js';
export { BUS, type BusModuleOptions, type EventCodec } from './nest/options.js';
