import { Keys } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { cuttableProxy, freePort, until } from '@beseda/testing';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type GrpcClient, createGrpcClient } from './client.js';

const { SettingsServiceService } = adminV1;
const actor = { kind: 'service', id: 'dialogs' } as const;

/** A server that answers with its name, until it is cut off as kill -9 would do it. */
class Replica {
  answered = 0;
  /** Calls that came and wait for {@link release}. */
  held = 0;
  #release: (() => void)[] = [];
  #server: Server | undefined;

  constructor(
    readonly port: number,
    private readonly name: string,
    public holds = false,
  ) {}

  async start(): Promise<this> {
    const server = (this.#server = new Server());
    server.addService(SettingsServiceService, {
      snapshot: (_: unknown, callback: (error: unknown, answer: adminV1.SnapshotResponse) => void) => {
        const answer = (): void => {
          this.answered++;
          const setting = { kind: 'site', siteId: this.name, id: this.name, version: 1 };
          callback(null, adminV1.SnapshotResponse.fromPartial({ settings: [setting] }));
        };
        if (!this.holds) return answer();
        this.held++;
        this.#release.push(answer);
      },
    } as never);
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${this.port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    return this;
  }

  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** An ordered end: new calls go elsewhere, running ones are answered. */
  async end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#server?.tryShutdown(() => resolve()));
    for (const answer of this.#release.splice(0)) answer();
    await ended;
    this.#server = undefined;
  }
}

describe('clients of servers that are restarted', () => {
  const replicas: Replica[] = [];
  let client: GrpcClient<typeof SettingsServiceService>;

  beforeEach(async () => {
    for (const name of ['one', 'two']) replicas.push(new Replica(await freePort(), name));
  });
  afterEach(() => {
    client.close();
    for (const replica of replicas.splice(0)) replica.kill();
  });

  const one = (): Replica => replicas[0]!;
  const two = (): Replica => replicas[1]!;
  const connect = (...to: Replica[]): void => {
    const address = to.map(({ port }) => `127.0.0.1:${port}`).join(',');
    client = createGrpcClient(SettingsServiceService, { address, keys: new Keys('x'.repeat(40)), service: 'admin' });
  };
  const ask = async (deadlineMs = 5_000): Promise<string | undefined> =>
    (await client.call('snapshot', { kind: 'site' }, { actor, deadlineMs })).settings[0]?.id;

  it('a call made while the only server is away is answered when it is back', async () => {
    await one().start();
    connect(one());
    expect(await ask()).toBe('one');
    one().kill();
    const call = ask();
    let answered = false;
    void call.then(() => (answered = true));
    await expect(until(() => answered, { timeoutMs: 300, what: 'no answer' })).rejects.toThrow('no answer');
    await one().start();
    expect(await call).toBe('one');
  });

  it('a call that was cut off in the middle is repeated', async () => {
    one().holds = true;
    await one().start();
    connect(one());
    const call = ask();
    await until(() => one().held === 1, { what: 'the call to arrive' });
    one().kill();
    one().holds = false;
    await one().start();
    expect(await call).toBe('one');
  });

  it('says within its deadline that nobody is there', async () => {
    connect(one());
    const began = performance.now();
    await expect(ask(400)).rejects.toMatchObject({ retryable: true });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('goes round robin over replicas; one that is killed costs no call, one that is back gets calls again', async () => {
    await Promise.all([one().start(), two().start()]);
    connect(one(), two());
    await until(async () => (await ask()) === 'two' && (await ask()) === 'one', { what: 'both to be asked' });
    one().kill();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => ask())))).toEqual(new Set(['two']));
    await one().start();
    await until(async () => (await ask()) === 'one', { what: 'calls to the one that is back' });
  });

  it('a replica that hangs costs no call: its calls are repeated at the other one within their deadline', async () => {
    await Promise.all([one().start(), two().start()]);
    const proxy = await cuttableProxy(one().port);
    connect(new Replica(proxy.port, 'one'), two());
    await until(async () => (await ask()) === 'two' && (await ask()) === 'one', { what: 'both to be asked' });
    // As a process does that is stopped: its connections stay open, nothing comes back.
    proxy.blackhole(true);
    expect(new Set(await Promise.all(Array.from({ length: 10 }, () => ask())))).toEqual(new Set(['two']));
    const began = performance.now();
    for (let i = 0; i < 10; i++) expect(await ask()).toBe('two');
    expect(performance.now() - began).toBeLessThan(1_000);
    proxy.blackhole(false);
    proxy.cut();
    await until(async () => (await ask()) === 'one', { what: 'calls to the one that is back' });
    client.close();
    await proxy.close();
  }, 20_000);

  it('a replica that ends in order answers what it has; what comes meanwhile goes to the other', async () => {
    await Promise.all([one().start(), two().start()]);
    connect(one(), two());
    await until(async () => (await ask()) === 'two' && (await ask()) === 'one', { what: 'both to be asked' });
    one().holds = true;
    const running = Array.from({ length: 10 }, () => ask());
    await until(() => one().held > 0, { what: 'calls that run' });
    const { held } = one();
    const end = one().end();
    const later = Array.from({ length: 10 }, () => ask());
    await end;
    const names = await Promise.all([...running, ...later]);
    expect(names.filter((name) => name === 'one')).toHaveLength(held);
    expect(names).not.toContain(undefined);
  });
});
