import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { appError } from '@beseda/errors';
import type { BusAdapter } from '../adapter.js';
import { EmbeddedConsumer } from './consumer.js';
import { Group } from './group.js';
import { EmbeddedLog, type LogOptions } from './log.js';
import { defaultRetention } from './retention.js';

/** Where the embedded bus keeps its log, and how. */
export interface EmbeddedOptions {
  /**
   * File of the log; its folder is made when missing. Adapters of one process that name the same file share it (the
   * options of the first count); the last one to close closes it. `:memory:` is a log of its own for each adapter,
   * `:memory:<name>` one that is shared by that name inside the process.
   */
  readonly path: string;
  /** Time of records and retention, milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
  /** How long records of a topic (full name) are kept, milliseconds. Default: {@link defaultRetention}. */
  readonly retention?: (topic: string) => number;
  /** How often expired records are deleted, milliseconds (default 60,000). */
  readonly sweepEveryMs?: number;
}

/** The embedded log as an adapter of the bus. */
export interface EmbeddedAdapter extends BusAdapter {
  /** Deletes expired records now. */
  sweep(): Promise<void>;
}

interface Shared {
  readonly log: EmbeddedLog;
  readonly groups: Map<string, Group>;
  readonly sweeper: NodeJS.Timeout;
  users: number;
}

const shared = new Map<string, Shared>();
let privateLogs = 0;

/** The same name for every way to write a path. */
function identityOf(path: string): string {
  if (path === ':memory:') return `:memory:#${privateLogs++}`;
  if (path.startsWith(':memory:')) return path;
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const file = join(realpathSync(folder), basename(path));
  return existsSync(file) ? realpathSync(file) : file;
}

function acquire(identity: string, options: EmbeddedOptions): Shared {
  const found = shared.get(identity);
  if (found) {
    found.users++;
    return found;
  }
  const logOptions: LogOptions = {
    path: identity,
    clock: options.clock ?? Date.now,
    retention: options.retention ?? defaultRetention,
  };
  const log = new EmbeddedLog(logOptions);
  const sweeper = setInterval(() => void log.sweep(), options.sweepEveryMs ?? 60_000).unref();
  const made: Shared = { log, groups: new Map(), sweeper, users: 1 };
  shared.set(identity, made);
  return made;
}

function release(identity: string, entry: Shared): void {
  if (--entry.users > 0) return;
  shared.delete(identity);
  clearInterval(entry.sweeper);
  entry.log.close();
}

/**
 * Opens the embedded log: a file in SQLite that only this process may use. Survives the end of the process (kill -9); a
 * power cut may take the last moments, never leaves a broken log.
 * @throws BusFileError when another process uses the file, it is not a bus, or it cannot be opened
 */
export function embeddedAdapter(options: EmbeddedOptions): EmbeddedAdapter {
  const identity = identityOf(options.path);
  const entry = acquire(identity, options);
  const { log, groups } = entry;
  const consumers = new Set<EmbeddedConsumer>();
  let open = true;
  const groupOf = (group: string | undefined): Group => {
    if (group === undefined) return new Group(); // a lone reader: all partitions are its own
    const found = groups.get(group) ?? new Group();
    groups.set(group, found);
    return found;
  };
  return {
    append: (records) =>
      open ? log.append(records) : Promise.reject(appError('UNAVAILABLE', 'the embedded bus is closed')),
    consume: async ({ topic, group }, sink) => {
      const consumer = new EmbeddedConsumer(log, { topic, group }, sink, groupOf(group), (closed) =>
        consumers.delete(closed),
      );
      consumers.add(consumer);
      return consumer;
    },
    watermarks: async (topic) => log.watermarks(topic).map((mark) => ({ ...mark })),
    committed: async (group, topic) => log.committed(group, topic),
    sweep: () => log.sweep(),
    close: async () => {
      if (!open) return;
      open = false;
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      release(identity, entry);
    },
  };
}
