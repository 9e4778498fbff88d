import { until } from '@beseda/testing';
import { type Socket, io } from 'socket.io-client';
import { type Operator, call } from '../support/api.js';

interface ChangedJson {
  kind: string;
  id: string;
  version: number;
}

interface PresenceJson {
  operatorId: string;
  state: string;
}

/** A console open on one gateway: which settings it was told of, and who came or went. */
export class Watch {
  readonly presence: PresenceJson[] = [];
  /** Tellings of a version that was older than one told before. */
  readonly wentBack: ChangedJson[] = [];
  readonly #newest = new Map<string, number>();

  private constructor(readonly socket: Socket) {
    socket.on('presence', (told: PresenceJson) => this.presence.push(told));
    socket.on('settings.changed', (told: ChangedJson) => {
      const key = `${told.kind}/${told.id}`;
      const before = this.#newest.get(key) ?? 0;
      if (told.version < before) this.wentBack.push(told);
      this.#newest.set(key, Math.max(before, told.version));
    });
  }

  /** Opens one and waits until it is admitted. */
  static async open(operator: Operator): Promise<Watch> {
    const socket = io(`${operator.url}/operator`, {
      transports: ['websocket'],
      auth: { token: operator.token },
      reconnection: false,
      forceNew: true,
    });
    const watch = new Watch(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return watch;
  }

  /** Newest version of a setting this console was told of. */
  versionOf(kind: string, id: string): number {
    return this.#newest.get(`${kind}/${id}`) ?? 0;
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** A change somebody was told is made. */
export interface Acknowledged {
  version: number;
  label: string;
}

/** One setting of a site, and how it is changed and read through any gateway. */
export interface Target {
  kind: 'site' | 'operator' | 'team' | 'tag';
  id: string;
  path: string;
  /** Body that gives it a new label. */
  body(label: string): object;
  /** As the owner has it now. */
  read(operator: Operator): Promise<Acknowledged>;
}

/** Changes one setting again and again, over the gateways in turn, until it is stopped; keeps what was acknowledged. */
export class Changes {
  readonly acknowledged: Acknowledged[] = [];
  #running = true;
  readonly #work: Promise<void>;

  constructor(
    readonly target: Target,
    private readonly operators: readonly Operator[],
    label: string,
  ) {
    this.#work = this.#write(label);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#work;
  }

  async #write(prefix: string): Promise<void> {
    for (let n = 0; this.#running; n++) {
      const operator = this.operators[n % this.operators.length] as Operator;
      const label = `${prefix}-${n}`;
      try {
        const { version } = await call<{ version: number }>(
          `${operator.url}/api/sites/${operator.siteId}/${this.target.path}`,
          'PATCH',
          operator.token,
          this.target.body(label),
        );
        this.acknowledged.push({ version, label });
      } catch (error) {
        // The owner of settings is away: whether it was stored is open, so the next change is another one.
        if (!isAway(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }
}

/** Pause after a change that failed; ms. */
const AGAIN_MS = 30;

/** Whether a service was not there, or lost a race with a change that was not answered. */
function isAway(error: unknown): boolean {
  const status = (error as { status?: number }).status ?? 503;
  return status >= 500 || status === 409;
}

/** Waits until every probe is true at once. */
export async function within(ms: number, what: string, probes: readonly (() => Promise<boolean>)[]): Promise<void> {
  await until(async () => (await Promise.all(probes.map((probe) => probe()))).every(Boolean), {
    timeoutMs: ms,
    everyMs: 25,
    what,
  });
}
