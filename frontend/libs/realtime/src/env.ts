/** What the realtime classes need of their surroundings; tests give a virtual clock. */
export interface RealtimeEnv {
  /** Milliseconds since the epoch; may jump (sleep, a clock that was set). */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** 0 ≤ x < 1. */
  random(): number;
  /** False only when the device knows that it has no network. */
  online(): boolean;
}

/** The real clock, timers and network state of a browser (or of Node, which is always "online"). */
export const systemEnv: RealtimeEnv = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as number),
  random: () => Math.random(),
  online: () => (globalThis.navigator as { onLine?: boolean } | undefined)?.onLine !== false,
};

/** Where a queue keeps what was written but not sent yet; e.g. a thin wrap of localStorage. Implementations must not throw. */
export interface KeyValueStorage {
  /** All stored pairs whose key begins with `prefix`. */
  entries(prefix: string): Iterable<readonly [key: string, value: string]>;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/**
 * A new id for a message, chosen once and kept over every retry: 32 hexadecimal characters.
 * `crypto.randomUUID` is not used because pages without TLS do not have it.
 */
export function newClientMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
