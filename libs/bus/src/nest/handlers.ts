import type { EventCodec } from './options.js';
import { onEventMetadata, type EventContext } from './on-event.js';

/** A method that wants events. */
export type EventHandler = (event: unknown, context: EventContext) => Promise<void> | void;

/** Handlers by event type, of one group and topic. */
export interface GroupHandlers {
  readonly group: string;
  readonly topic: string;
  readonly byType: Map<string, EventHandler>;
}

function* methodsOf(instance: object): Iterable<[string, (...args: never[]) => unknown]> {
  for (let proto: object | null = Object.getPrototypeOf(instance) as object | null; proto;) {
    if (proto === Object.prototype) return;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      const value: unknown = descriptor.value; // accessors have none and are not run
      if (typeof value === 'function' && name !== 'constructor') yield [name, value as () => unknown];
    }
    proto = Object.getPrototypeOf(proto) as object | null;
  }
}

/**
 * Finds the methods marked with `@OnEvent` and sorts them by group and topic.
 * @throws Error when two handlers want the same type in the same group
 */
export function collectHandlers(
  service: string,
  codec: EventCodec,
  providers: readonly { readonly instance: unknown }[],
): GroupHandlers[] {
  const groups = new Map<string, GroupHandlers>();
  const instances = new Set(providers.map((p) => p.instance));
  for (const instance of instances) {
    if (typeof instance !== 'object' || instance === null) continue;
    const seen = new Set<string>();
    for (const [name, method] of methodsOf(instance)) {
      if (seen.has(name)) continue; // overridden in a subclass
      seen.add(name);
      for (const { types, group } of onEventMetadata(method)) {
        for (const type of types) {
          add(groups, group ? `${service}-${group}` : service, codec.topicOf(type), type, (event, context) =>
            (method as EventHandler).call(instance, event, context),
          );
        }
      }
    }
  }
  return [...groups.values()];
}

function add(
  groups: Map<string, GroupHandlers>,
  group: string,
  topic: string,
  type: string,
  handler: EventHandler,
): void {
  const id = `${group} ${topic}`;
  const found = groups.get(id) ?? { group, topic, byType: new Map<string, EventHandler>() };
  if (found.byType.has(type)) {
    throw new Error(`two @OnEvent handlers of ${type} in group ${group}: give one of them a group of its own`);
  }
  found.byType.set(type, handler);
  groups.set(id, found);
}
