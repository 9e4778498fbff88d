import { appendFileSync } from 'node:fs';
import type { BusAdapter } from '../adapter.js';
import { createBus } from '../core/bus.js';
import { memoryParkedStore } from '../parked/memory.js';
import type { ChildAdapter } from '../testing/harness.js';

/** What the process that gets killed is told in its first argument, as JSON. */
export interface ChildOptions {
  readonly adapter: ChildAdapter;
  readonly prefix: string;
  readonly topic: string;
  readonly group: string;
  /** Gets a line `<key> <number>` after each record. */
  readonly file: string;
  /** Ends by itself when the group has no lag. */
  readonly untilHandled?: boolean;
}

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;
const loaded = (await import(options.adapter.module)) as Record<string, (o: unknown) => BusAdapter>;
const adapter = loaded[options.adapter.factory]?.(options.adapter.options);
if (!adapter) throw new Error(`${options.adapter.module} has no ${options.adapter.factory}`);

const bus = createBus({ adapter, prefix: options.prefix });
let work = 0;
const subscription = await bus.subscribe({
  group: options.group,
  topics: [options.topic],
  parked: memoryParkedStore(),
  handler: async (record) => {
    // a moment of work, different for each record: keys overtake each other, and the kill finds many of them half done
    await new Promise((resolve) => setTimeout(resolve, (work++ * 7) % 5));
    appendFileSync(options.file, `${record.key} ${new TextDecoder().decode(record.value)}\n`);
  },
});
process.stdout.write('READY\n');
if (options.untilHandled) {
  while ((await subscription.lag()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await bus.close();
}
