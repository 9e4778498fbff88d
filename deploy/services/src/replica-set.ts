import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES, type ServiceName, startGroups, stopsWithin } from '@beseda/installation';
import { type Facts, Replica, type ReplicaEvents } from './replica.js';
import type { ReplicaPlan } from './plan.js';
import { logLine } from './log-lines.js';

/** Services that start together, one group after the other: each after those it calls. They end in reverse. */
const GROUPS = startGroups(SERVICES);

/** Pause between two looks at a replica that does not say "ready" yet, and between two lines about it; milliseconds. */
const LOOK_EVERY_MS = 100;
const SAY_EVERY_MS = 10_000;

/** All replicas of all services. */
export class ReplicaSet {
  readonly #replicas: readonly Replica[];
  readonly #stopping = new AbortController();

  constructor(
    private readonly plans: readonly ReplicaPlan[],
    private readonly events: ReplicaEvents,
  ) {
    this.#replicas = plans.map((plan) => new Replica(plan, events));
  }

  /** Pid of each replica that was started. */
  get pids(): Record<string, number> {
    return Object.fromEntries(this.#replicas.flatMap(({ plan, pid }) => (pid === undefined ? [] : [[plan.name, pid]])));
  }

  /**
   * Starts them in order and waits until all are ready. Gives what they want people to know.
   *
   * @throws AppError of the first that cannot start.
   */
  async start(): Promise<Facts> {
    const facts: Facts[] = [];
    for (const group of GROUPS) {
      facts.push(...(await Promise.all(this.#of(group).map((replica) => replica.start()))));
    }
    await Promise.all(this.plans.map((plan) => this.#ready(plan)));
    return Object.assign({}, ...facts) as Facts;
  }

  /** People could read the facts. */
  announced(): void {
    for (const replica of this.#replicas) replica.announced();
  }

  /** Ends them in order, within 8 s. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const group of GROUPS.toReversed()) {
      await Promise.all(
        this.#of(group).map((replica) => replica.stop(stopsWithin(replica.plan.service as ServiceName))),
      );
    }
  }

  #of(services: readonly string[]): Replica[] {
    return this.#replicas.filter(({ plan }) => services.includes(plan.service));
  }

  async #ready({ name, service, url }: ReplicaPlan): Promise<void> {
    const { signal } = this.#stopping;
    for (let sayAt = performance.now() + SAY_EVERY_MS; !signal.aborted;) {
      const state = await readiness(url);
      if (state === undefined) return;
      if (performance.now() >= sayAt) {
        sayAt += SAY_EVERY_MS;
        this.events.line(logLine('warn', { service, replica: name }, `is not ready yet: ${state}`));
      }
      await delay(LOOK_EVERY_MS);
    }
  }
}

/** Undefined when it is ready, else what it says. */
async function readiness(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3_000) });
    return answer.ok ? undefined : await answer.text();
  } catch (error) {
    // It is being started again, or too busy to answer.
    return (error as Error).message;
  }
}
