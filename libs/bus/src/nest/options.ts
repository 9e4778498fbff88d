import type { Bus, BusLogger, BusRecord, ParkedStore, SubscribeOptions } from '../port.js';
import type { EventContext } from './on-event.js';

/** Turns records into events; comes from the contracts, which the bus knows nothing of. */
export interface EventCodec {
  /** Topic (without prefix) that carries events of this type. @throws when the type is unknown */
  topicOf(type: string): string;
  /** Decodes a record. @throws when it is damaged: the record's key is parked */
  decode(record: BusRecord): { readonly type: string; readonly event: unknown };
}

/** What a service tells its bus. */
export interface BusModuleOptions extends Pick<SubscribeOptions, 'lanes' | 'window' | 'drainMs' | 'replayEveryMs'> {
  /** Name of the service and of its groups on the log: `<prefix><service>.<topic>`. */
  readonly service: string;
  readonly bus: Bus;
  readonly codec: EventCodec;
  readonly parked: ParkedStore;
  readonly logger?: BusLogger;
  /** Runs around each handler call, e.g. to put the correlation id where the logger finds it. */
  readonly around?: (context: EventContext, run: () => Promise<void>) => Promise<void>;
  /** Close the bus when the application shuts down (default true). */
  readonly closeBus?: boolean;
}

/** Token of the options inside Nest. */
export const BUS_OPTIONS = Symbol('beseda.bus.options');
/** Token of the {@link Bus}: `constructor(@Inject(BUS) private readonly bus: Bus)`. */
export const BUS = Symbol('beseda.bus');
