import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { appError } from '@beseda/errors';
import { type Env, type FromStarter, STANDBY, type ToStarter, toStarterSchema } from '@beseda/service-defaults';
import { logLine, taggedLine } from './log-lines.js';

/** One process to keep running. */
export interface ProcessPlan {
  /** `gateway-1`. */
  name: string;
  service: string;
  /** What Node runs. */
  script: string;
  env: Env;
}

/** What the keeper of a process tells. */
export interface ReplicaEvents {
  /** A line for the common log. */
  line(line: string): void;
  /** It was started again: it has another pid. */
  restarted(): void;
}

export type Facts = Readonly<Record<string, string>>;

/** Pause before the first restart; each further one doubles it up to the longest. Milliseconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A process that has answered for so long was well: its next end counts as the first again. */
const WELL_MS = 3_000;
/** A process that was told to end waits so long for its successor to stand by; milliseconds. */
const STANDBY_MS = 7_000;

/** Pause before the restart after so many ends in a row; milliseconds. */
export const restartPause = (ends: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (ends - 1));

/**
 * A process that is started again whenever it ends, until it is stopped. It is a session of its own, so that Ctrl+C in the
 * terminal reaches only the starter, which ends everything in order; a starter that is killed takes it along because the
 * channel between them breaks.
 *
 * A process that was told to end by somebody else goes on until its successor stands by: all of it is up, only the ports are
 * not its own yet. Nobody answers only from their closing by the one to their opening by the other.
 */
export class Replica {
  #child: ChildProcess | undefined;
  /** The successor of a process that is about to end. */
  #standby: Standby | undefined;
  #ends = 0;
  #readyAt: number | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  #first: { resolve(facts: Facts): void; reject(error: Error): void } | undefined;

  constructor(
    readonly plan: ProcessPlan,
    private readonly events: ReplicaEvents,
  ) {}

  /** Of the process that runs now, or ran last. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it; resolves with its facts when it answers.
   *
   * @throws AppError when it says that it cannot start, or ends by itself before it answers.
   */
  start(): Promise<Facts> {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
      this.#spawn();
    });
  }

  /** People could read the facts. */
  announced(): void {
    // Without it the process will show the same facts at its next start: nothing is lost.
    tell(this.#child, 'announced');
  }

  /** SIGTERM; SIGKILL for what is still there after so many ms. */
  async stop(limitMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#standby?.child.kill('SIGKILL');
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const timer = setTimeout(() => {
      this.#say('warn', `did not end within ${limitMs} ms and is killed`);
      child.kill('SIGKILL');
    }, limitMs);
    child.kill('SIGTERM');
    tell(child, 'stop');
    // A stopped process (SIGSTOP) would not hear it.
    child.kill('SIGCONT');
    await ended;
    clearTimeout(timer);
  }

  #spawn(): void {
    this.#readyAt = undefined;
    const child = (this.#child = this.#process(this.plan.env));
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`, signal === null));
    // No process, no memory: it did not even start. A failed send comes here too, its process then ends by itself.
    child.on('error', (error) => child.pid === undefined && this.#ended(child, error.message, true));
  }

  /** A process whose lines are logged and whose words are heard. */
  #process(env: Env): ChildProcess {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', this.plan.script], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = child[stream];
      if (!input) throw new TypeError('a child without pipes');
      createInterface({ input }).on('line', (line) => {
        const tagged = taggedLine(line, this.#source, stream);
        if (tagged !== undefined) this.events.line(tagged);
      });
    }
    child.on('message', (message) => {
      const said = toStarterSchema.safeParse(message);
      if (said.success) this.#receive(child, said.data);
    });
    return child;
  }

  #receive(child: ChildProcess, said: ToStarter): void {
    switch (said.kind) {
      case 'standing by':
        if (this.#standby?.child === child) tell(this.#child, 'stop');
        return;
      case 'ready':
        this.#readyAt = performance.now();
        this.#first?.resolve(said.facts);
        this.#first = undefined;
        return;
      case 'failed':
        return this.#giveUp(said.detail);
      case 'stopping':
        return this.#handOver(child);
    }
  }

  /** Somebody told the process to end: its successor stands by first. */
  #handOver(child: ChildProcess): void {
    if (this.#stopping || this.#standby) return tell(child, 'stop');
    const successor = this.#process({ ...this.plan.env, [STANDBY]: '1' });
    const timer = setTimeout(() => tell(child, 'stop'), STANDBY_MS);
    const standby: Standby = { child: successor, timer };
    this.#standby = standby;
    const lost = (): void => {
      // It did not come so far: the next one is started when its predecessor has ended.
      if (this.#standby !== standby) return;
      this.#takeStandby();
      tell(child, 'stop');
    };
    successor.once('exit', lost);
    successor.on('error', lost);
  }

  #takeStandby(): ChildProcess | undefined {
    const { child, timer } = this.#standby ?? {};
    clearTimeout(timer);
    this.#standby = undefined;
    return child;
  }

  #ended(child: ChildProcess, how: string, byItself: boolean): void {
    if (child !== this.#child) return;
    const successor = this.#takeStandby();
    if (this.#stopping) return this.#giveUp(`${this.plan.name} was stopped.`);
    if (byItself) this.#giveUp(`${this.plan.name} ended (${how}) before it answered.`);
    if (this.#stopping) return;
    if (successor && !hasEnded(successor)) return this.#promote(successor);
    const well = this.#readyAt !== undefined && performance.now() - this.#readyAt >= WELL_MS;
    this.#ends = well ? 1 : this.#ends + 1;
    const pause = restartPause(this.#ends);
    this.#say('warn', `ended (${how}); it is started again in ${pause} ms`);
    this.#restart = setTimeout(() => {
      this.#spawn();
      this.events.restarted();
    }, pause);
  }

  #promote(successor: ChildProcess): void {
    this.#readyAt = undefined;
    this.#child = successor;
    successor.once('exit', (code, signal) => this.#ended(successor, signal ?? `exit code ${code}`, signal === null));
    // Also where it does not stand by yet: the word waits for it.
    tell(successor, 'listen');
    this.events.restarted();
  }

  /** A first start that fails is the starter's to report; later ones are repeated. */
  #giveUp(detail: string): void {
    if (!this.#first) return;
    this.#stopping = true;
    this.#first.reject(appError('FAILED_PRECONDITION', detail));
    this.#first = undefined;
  }

  get #source(): { service: string; replica: string } {
    return { service: this.plan.service, replica: this.plan.name };
  }

  #say(level: 'warn', msg: string): void {
    this.events.line(logLine(level, this.#source, msg));
  }
}

interface Standby {
  child: ChildProcess;
  timer: NodeJS.Timeout;
}

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** A word to a process; where it has ended meanwhile nobody needs it. */
function tell(child: ChildProcess | undefined, kind: FromStarter['kind']): void {
  const message: FromStarter = { kind };
  if (child?.connected) child.send(message, () => undefined);
}
