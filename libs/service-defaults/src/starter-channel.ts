import { z } from 'zod';

/**
 * What a service's process says to the process that started it, over Node's IPC channel: that it answers, with facts the
 * starter passes on to people, or why it cannot start.
 */
export const toStarterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), facts: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('failed'), detail: z.string() }),
]);
export type ToStarter = z.output<typeof toStarterSchema>;

/** What the starter says: people could read the facts. */
export const fromStarterSchema = z.object({ kind: z.literal('announced') });
export type FromStarter = z.output<typeof fromStarterSchema>;

/** Tells the starter, if there is one; resolves when it has the message, or is gone. */
export function tellStarter(message: ToStarter): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    // An error says that the starter has ended: 'disconnect' takes care of it.
    process.send(message, () => resolve());
  });
}

/** Calls back when the starter says that people could read the facts. */
export function onAnnounced(listener: () => void): void {
  process.on('message', (message) => {
    if (fromStarterSchema.safeParse(message).success) listener();
  });
}
