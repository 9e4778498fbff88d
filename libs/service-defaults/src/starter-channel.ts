import { z } from 'zod';

/**
 * What a service's process says to the process that started it, over Node's IPC channel: `standing by`, all of it is
 * up but it does not listen yet; `ready`, it answers, with facts the starter passes on to people; `failed`, it cannot start;
 * `stopping`, it was told to end and goes on until its successor stands by.
 */
export const toStarterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('standing by') }),
  z.object({ kind: z.literal('ready'), facts: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('failed'), detail: z.string() }),
  z.object({ kind: z.literal('stopping') }),
]);
export type ToStarter = z.output<typeof toStarterSchema>;

/** What the starter says: `listen` after `standing by`, `stop` after `stopping`, `announced` when people could read the facts. */
export const fromStarterSchema = z.object({ kind: z.enum(['listen', 'stop', 'announced']) });
export type FromStarter = z.output<typeof fromStarterSchema>;

/** Set by the starter for a process that must wait before it listens: its predecessor still has the ports. */
export const STANDBY = 'BESEDA_STANDBY';

/** After so long a process that was told to end does so whether its successor stands by or not; ms. */
const HANDOVER_MS = 8_000;

/** Tells the starter, if there is one; resolves when it has the message, or is gone. */
export function tellStarter(message: ToStarter): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    // An error says that the starter has ended: 'disconnect' takes care of it.
    process.send(message, () => resolve());
  });
}

/** Calls back at each such word of the starter; gives what ends that. */
export function onStarter(kind: FromStarter['kind'], listener: () => void): () => void {
  const receive = (message: unknown): void => {
    const said = fromStarterSchema.safeParse(message);
    if (said.success && said.data.kind === kind) listener();
  };
  process.on('message', receive);
  return () => process.off('message', receive);
}

/** Waits for the word to listen where the starter wants that; at once otherwise. */
export async function untilListen(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (!env[STANDBY] || !process.connected) return;
  await asked({ kind: 'standing by' }, 'listen');
}

/** Waits until the starter has a successor that stands by; at once where there is no starter, or it has ended. */
export async function untilStop(): Promise<void> {
  if (!process.connected) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, HANDOVER_MS)));
  const gone = new Promise<void>((resolve) => process.once('disconnect', resolve));
  await Promise.race([asked({ kind: 'stopping' }, 'stop'), late, gone]);
  clearTimeout(timer);
}

async function asked(question: ToStarter, answer: FromStarter['kind']): Promise<void> {
  let forget = (): void => undefined;
  const answered = new Promise<void>((resolve) => (forget = onStarter(answer, resolve)));
  await tellStarter(question);
  await answered;
  forget();
}
