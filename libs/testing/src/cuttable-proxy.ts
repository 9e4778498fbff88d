import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Which client chunk is meant: text or pattern looked for in its bytes (as latin1), or a test of its own. */
export type ChunkMatch = string | RegExp | ((chunk: Buffer) => boolean);

/** A TCP proxy on loopback for fault tests. */
export interface CuttableProxy {
  /** Port to connect to instead of the target's. */
  readonly port: number;
  /** Connections open right now. */
  readonly connections: number;
  /** Resets every open connection; new ones are accepted. Returns how many there were. */
  cut(): number;
  /** While on, new connections are reset at once (open ones stay). */
  refuse(on: boolean): void;
  /** While on, bytes of both directions are accepted and dropped: a network that swallows everything. */
  blackhole(on: boolean): void;
  /** Adds `ms` to each direction of what comes from now on; order is kept. */
  delay(ms: number): void;
  /**
   * The next `times` requests that match (default: any, once) reach the target, but the answer is lost: the connection
   * is reset when the first byte of the answer arrives. Returns a live count.
   */
  dropResponseAfter(match?: ChunkMatch, times?: number): { readonly dropped: number };
  close(): Promise<void>;
}

interface Faults {
  refuse: boolean;
  blackhole: boolean;
  delayMs: number;
  drops: { matches: (chunk: Buffer) => boolean; left: number; dropped: number }[];
}

function matcher(match: ChunkMatch | undefined): (chunk: Buffer) => boolean {
  if (match === undefined) return () => true;
  if (typeof match === 'function') return match;
  if (typeof match === 'string') return (chunk) => chunk.includes(match, 0, 'latin1');
  return (chunk) => new RegExp(match).test(chunk.toString('latin1'));
}

/** Passes chunks on in order, each after the delay in force when it came. */
function forwarder(to: Socket, faults: Faults): (chunk: Buffer) => void {
  let lastDue = 0;
  return (chunk) => {
    const due = Math.max(lastDue, faults.delayMs === 0 ? 0 : performance.now() + faults.delayMs);
    lastDue = due;
    const wait = due - performance.now();
    if (wait <= 0) to.write(chunk);
    else setTimeout(() => to.writable && to.write(chunk), wait);
  };
}

function link(client: Socket, target: Socket, faults: Faults): void {
  const toTarget = forwarder(target, faults);
  const toClient = forwarder(client, faults);
  let doomed: Faults['drops'][number] | undefined;
  const reset = (): void => {
    client.resetAndDestroy();
    target.resetAndDestroy();
  };
  client.on('data', (chunk: Buffer) => {
    if (faults.blackhole) return;
    doomed ??= faults.drops.find((drop) => drop.left > 0 && drop.matches(chunk));
    if (doomed && doomed.left > 0) doomed.left--;
    toTarget(chunk);
  });
  target.on('data', (chunk: Buffer) => {
    if (faults.blackhole) return;
    if (!doomed) return toClient(chunk);
    doomed.dropped++;
    reset();
  });
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    from.on('error', () => to.destroy()); // ECONNRESET and the like: the other side learns of it by its close
    from.on('close', () => to.destroy());
    from.on('end', () => to.end());
  }
}

/** Starts a proxy to `targetPort` that can cut, swallow, delay and lose answers. */
export async function cuttableProxy(targetPort: number, targetHost = '127.0.0.1'): Promise<CuttableProxy> {
  const faults: Faults = { refuse: false, blackhole: false, delayMs: 0, drops: [] };
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (faults.refuse) return void client.resetAndDestroy();
    clients.add(client);
    client.on('close', () => clients.delete(client));
    link(client, connect({ port: targetPort, host: targetHost, allowHalfOpen: true, noDelay: true }), faults);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = (): number => {
    const count = clients.size;
    for (const client of clients) client.resetAndDestroy();
    return count;
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return clients.size;
    },
    cut,
    refuse: (on) => void (faults.refuse = on),
    blackhole: (on) => void (faults.blackhole = on),
    delay: (ms) => void (faults.delayMs = ms),
    dropResponseAfter: (match, times = 1) => {
      const drop = { matches: matcher(match), left: times, dropped: 0 };
      faults.drops.push(drop);
      return drop;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
