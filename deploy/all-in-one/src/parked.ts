import { setTimeout as delay } from 'node:timers/promises';
import { type ParkedSummary, askReplay, listParkedEvents } from '@beseda/bus';
import { SERVICE_NAMES, isEdge } from '@beseda/installation';
import type { openMongo } from '@beseda/mongo';

type Connection = Awaited<ReturnType<typeof openMongo>>;

/** Opens the database of a service for some work. */
export type OnService = <T>(service: string, work: (connection: Connection) => Promise<T>) => Promise<T>;

/** Services that read events into a database of their own. */
const READERS = SERVICE_NAMES.filter((name) => !isEdge(name));
/** A running service looks for requests every 3 s; a replay that goes on after this is left to itself. Milliseconds. */
const WAIT_MS = 20_000;
const LOOK_MS = 500;

type Print = (line: string) => void;

const linesOf = (parked: readonly ParkedSummary[]): string =>
  parked
    .map(
      ({ group, key, count, since, reason }) =>
        `  ${group}  key ${key}: ${count} ${count === 1 ? 'event' : 'events'} since ${since.toISOString()}\n    ${reason}\n`,
    )
    .join('');

async function everything(on: OnService): Promise<ParkedSummary[]> {
  const all: ParkedSummary[] = [];
  for (const service of READERS) all.push(...(await on(service, ({ db }) => listParkedEvents(db!))));
  return all;
}

/** Prints what is parked. Gives the exit code. */
export async function listParked(on: OnService, print: Print): Promise<number> {
  const parked = await everything(on);
  print(parked.length === 0 ? 'Nothing is parked.\n' : `Parked keys: ${parked.length}\n${linesOf(parked)}`);
  return 0;
}

/** Has the running services try what is parked, and waits for the outcome. Gives the exit code. */
export async function replayParked(on: OnService, running: boolean, print: Print): Promise<number> {
  const before = await everything(on);
  if (before.length === 0) {
    print('Nothing is parked.\n');
    return 0;
  }
  if (!running) {
    print(`Beseda does not run: the ${before.length} parked keys are tried when it starts.\n`);
    return 0;
  }
  for (const service of READERS) await on(service, ({ db }) => askReplay(db!));
  const deadline = performance.now() + WAIT_MS;
  let left = before;
  while (left.length > 0 && performance.now() < deadline) {
    await delay(LOOK_MS);
    left = await everything(on);
  }
  print(left.length === 0 ? `Handled: ${before.length} keys.\n` : `Still parked: ${left.length}\n${linesOf(left)}`);
  return left.length === 0 ? 0 : 1;
}
