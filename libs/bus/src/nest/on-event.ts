import 'reflect-metadata';
import type { ReceivedRecord } from '../port.js';

/** What a handler is told beside the event. */
export interface EventContext {
  /** Event type, e.g. `dialog.started`. */
  readonly type: string;
  readonly record: ReceivedRecord;
  /** Header `correlation_id`: the request or event that began it all. */
  readonly correlationId: string | undefined;
  /** Aborted when the result will not count any more. */
  readonly signal: AbortSignal;
  /** 1 for the first try, then counting up. */
  readonly attempt: number;
}

/** Options of {@link OnEvent}. */
export interface OnEventOptions {
  /** A group of its own beside the service's: it has its own position, retries and parked keys. */
  readonly group?: string;
}

/** What the decorator leaves on a method. */
export interface OnEventMetadata extends OnEventOptions {
  readonly types: readonly string[];
}

const KEY = Symbol('beseda.bus.on-event');

/**
 * Marks a provider's method `(event, context: EventContext) => Promise<void>` as handler of these event types. One
 * handler per type and group; at least once, in order per key.
 */
export function OnEvent(types: string | readonly string[], options: OnEventOptions = {}): MethodDecorator {
  const metadata: OnEventMetadata = { ...options, types: typeof types === 'string' ? [types] : types };
  return (_target, _method, descriptor) => {
    const method: unknown = descriptor.value;
    if (typeof method !== 'function') throw new TypeError('@OnEvent belongs on a method');
    const before = (Reflect.getMetadata(KEY, method) as OnEventMetadata[] | undefined) ?? [];
    Reflect.defineMetadata(KEY, [...before, metadata], method);
  };
}

/** What {@link OnEvent} said about a method. */
export function onEventMetadata(method: object): readonly OnEventMetadata[] {
  return (Reflect.getMetadata(KEY, method) as OnEventMetadata[] | undefined) ?? [];
}
