import type { EventShape } from '@beseda/api';
import { EventEmitter } from 'node:events';
import type { Logger } from '@beseda/service-defaults';
import { until } from '@beseda/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type { Socket } from 'socket.io';
import type { Heads, Missed } from './feed.js';
import { Link } from './link.js';
import { SocketMetrics } from './socket-metrics.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

class FakeConnection extends EventEmitter {
  writeBuffer: unknown[] = [];
  closed = false;
  close(): void {
    this.closed = true;
  }
}

class FakeSocket extends EventEmitter {
  connected = true;
  readonly conn = new FakeConnection();
  readonly told: [string, unknown][] = [];
  override emit(name: string, payload?: unknown): boolean {
    if (name === 'disconnect') return super.emit(name, payload);
    this.told.push([name, payload]);
    return true;
  }
  named(name: string): unknown[] {
    return this.told.filter(([given]) => given === name).map(([, payload]) => payload);
  }
}

const event = (seq: number): EventShape => ({ dialogId: 'a', seq, type: 'hidden' });

describe('Link', () => {
  const open: FakeSocket[] = [];
  afterEach(() => open.splice(0).forEach((socket) => socket.emit('disconnect', 'test')));

  function setUp(fetch: (known: Heads) => Promise<Missed>, headsEveryMs = 60_000) {
    const socket = new FakeSocket();
    open.push(socket);
    const link = new Link({
      socket: socket as unknown as Socket,
      logger: silent as unknown as Logger,
      metrics: new SocketMetrics(new Registry()),
      fetch,
      headsEveryMs,
    });
    return { link, socket };
  }
  /** A dialog with so many events. */
  const log =
    (head: { seq: number }) =>
    async (known: Heads): Promise<Missed> => {
      const from = (known.get('a') ?? 0) + 1;
      const events = Array.from({ length: Math.max(0, head.seq - from + 1) }, (_, i) => event(from + i));
      return { events, heads: new Map(known.has('a') ? [['a', head.seq]] : []) };
    };

  it('tells the heads of open dialogs again and again, and sends what the bus has lost', async () => {
    const head = { seq: 2 };
    const { link, socket } = setUp(log(head), 5);
    expect(await link.resume({ dialogs: { a: 2 } })).toEqual({ dialogs: { a: 2 } });
    await until(() => socket.named('heads').length > 0, { what: 'heads' });
    expect(socket.named('heads')[0]).toEqual({ dialogs: { a: 2 } });
    head.seq = 3;
    await until(() => socket.named('dialog.event').length === 1, { what: 'the lost event' });
    expect(socket.named('dialog.event')).toEqual([event(3)]);
    await until(() => socket.named('heads').some((told) => (told as { dialogs: { a: number } }).dialogs.a === 3), {
      what: 'the new head',
    });
  });

  it('tells no heads without open dialogs, and none after the end', async () => {
    let asked = 0;
    const { link, socket } = setUp(async (known) => {
      asked += 1;
      return log({ seq: 1 })(known);
    }, 2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(0);
    await link.resume({ dialogs: { a: 1 } });
    await until(() => socket.named('heads').length > 1, { what: 'heads' });
    socket.connected = false;
    socket.emit('disconnect', 'gone');
    const before = socket.told.length;
    link.event('s', event(2));
    expect(socket.told.length).toBe(before);
  });

  it('waits while the network is slow, and gives up a client that takes nothing any more', async () => {
    const { link, socket } = setUp(log({ seq: 1 }));
    socket.conn.writeBuffer = Array<unknown>(5_001).fill(0);
    link.event('s', event(1));
    expect(socket.conn.closed).toBe(true);
    expect(socket.told).toEqual([]);
  });

  it('pauses a resume until there is room', async () => {
    let round = 0;
    const { link, socket } = setUp(async (known) => {
      round += 1;
      const next = (known.get('a') ?? 0) + 1;
      socket.conn.writeBuffer = Array<unknown>(300).fill(0);
      return { events: [event(next)], heads: new Map([['a', 3]]) };
    });
    const resumed = link.resume({ dialogs: { a: 0 } });
    await until(() => socket.conn.listenerCount('drain') === 1, { what: 'the pause' });
    expect(round).toBe(1);
    for (const expected of [2, 3]) {
      socket.conn.writeBuffer = [];
      socket.conn.emit('drain');
      await until(() => round === expected, { what: 'the next round' });
      if (expected === 2) await until(() => socket.conn.listenerCount('drain') === 1, { what: 'another pause' });
    }
    expect(await resumed).toEqual({ dialogs: { a: 3 } });
  });

  it('drops the connection when a resume fails and says nothing when it is gone already', async () => {
    const { link, socket } = setUp(() => Promise.reject(new Error('no answer')));
    expect(await link.resume({ dialogs: { a: 0 } })).toBeUndefined();
    expect(socket.conn.closed).toBe(true);
  });
});
