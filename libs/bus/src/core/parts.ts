import type { Tracer } from '@beseda/tracing';
import type { BusAdapter } from '../adapter.js';
import type { BusLogger } from '../port.js';
import type { BusMetrics } from './metrics.js';
import type { BusTiming } from './timing.js';

/** What every consumer of a bus shares. */
export interface ConsumerParts {
  readonly adapter: BusAdapter;
  readonly timing: BusTiming;
  readonly logger: BusLogger;
  readonly metrics: BusMetrics;
  readonly onFatal: (error: unknown) => void;
  readonly tracer: Tracer | undefined;
}

/** One topic of one group. */
export interface GroupTopic {
  /** Full name of the group on the log. */
  readonly group: string;
  /** Topic as services call it. */
  readonly topic: string;
  /** Topic as the log calls it. */
  readonly fullTopic: string;
}
