/** A service as those who start an installation know it. */
interface Entry {
  /** Its folder in `services/`; its database, topics' groups and environment keys are named after it. */
  readonly name: string;
  /** Those it calls: they are ready before it starts, and end after it. */
  readonly startsAfter: readonly string[];
  /** What it needs to end, counted from when all who call it have ended; milliseconds. What still runs then is killed. */
  readonly stopsWithin: number;
  /** It is what browsers talk to: the public port instead of gRPC, and no events of its own to keep. */
  readonly edge?: boolean;
}

/**
 * The services of an installation: the only list of them. All that starts, stops or counts services goes by it; the all-in-one
 * has to name each one's module too, and does not compile without.
 */
export const SERVICES = [
  { name: 'admin', startsAfter: [], stopsWithin: 400 },
  { name: 'contacts', startsAfter: ['admin'], stopsWithin: 2_400 },
  { name: 'dialogs', startsAfter: ['admin'], stopsWithin: 2_400 },
  { name: 'routing', startsAfter: ['admin'], stopsWithin: 2_400 },
  // It gives requests 4 s.
  { name: 'gateway', startsAfter: ['admin', 'contacts', 'dialogs', 'routing'], stopsWithin: 4_600, edge: true },
] as const satisfies readonly Entry[];

export type ServiceName = (typeof SERVICES)[number]['name'];

/** Names of the services, each after those it calls. */
export const SERVICE_NAMES: readonly ServiceName[] = SERVICES.map(({ name }) => name);

/** Whether a service is what browsers talk to. */
export const isEdge = (name: ServiceName): boolean =>
  SERVICES.some((service: Entry) => service.name === name && service.edge === true);

/** What a service needs to end; milliseconds. */
export const stopsWithin = (name: ServiceName): number =>
  SERVICES.find((service) => service.name === name)?.stopsWithin ?? 0;

/**
 * Groups of what starts together, one after the other; the end takes them in reverse.
 *
 * @throws TypeError when services wait for each other, or for one that is not there
 */
export function startGroups<N extends string>(
  services: readonly { readonly name: N; readonly startsAfter: readonly string[] }[],
): N[][] {
  const groups: N[][] = [];
  let waiting = [...services];
  while (waiting.length > 0) {
    const started = groups.flat() as string[];
    const group = waiting.filter(({ startsAfter }) => startsAfter.every((name) => started.includes(name)));
    if (group.length === 0) throw new TypeError(`these can never start: ${waiting.map(({ name }) => name).join(', ')}`);
    groups.push(group.map(({ name }) => name));
    waiting = waiting.filter((service) => !group.includes(service));
  }
  return groups;
}
