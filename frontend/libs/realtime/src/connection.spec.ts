import { describe, expect, it } from '@jest/globals';
import { RealtimeConnection, type ConnectionOptions, type ConnectionState } from './connection.js';
import { DialogTimeline } from './timeline.js';
import { FakeServer } from './testing/fake-server.js';
import { VirtualEnv, seeded } from './testing/virtual-env.js';

function setUp(extra: Partial<ConnectionOptions> = {}) {
  const env = new VirtualEnv(seeded(7));
  const server = new FakeServer(env);
  const states: ConnectionState[] = [];
  const refreshes: string[] = [];
  const connection = new RealtimeConnection({
    createSocket: server.connect,
    token: () => Promise.resolve('t'),
    poll: server.poll,
    onState: (state) => states.push(state),
    onRefresh: (reason) => refreshes.push(reason),
    env,
    ...extra,
  });
  const timeline = new DialogTimeline('d1', { own: 'contact', now: () => env.now() });
  return { env, server, connection, timeline, states, refreshes };
}

const seqs = (timeline: DialogTimeline): number[] => timeline.events.map((event) => event.seq);

describe('RealtimeConnection', () => {
  it('brings what was missed, then what happens live', async () => {
    const { env, server, connection, timeline, states } = setUp();
    server.post('d1', 'operator', 'one');
    server.post('d1', 'operator', 'two');
    connection.open(timeline);
    connection.start();
    await env.until(() => timeline.headSeq === 2);
    await env.until(() => connection.state === 'online');
    server.post('d1', 'operator', 'three');
    await env.until(() => timeline.headSeq === 3);
    expect(seqs(timeline)).toEqual([1, 2, 3]);
    expect(states).toEqual(['online']);
    connection.stop();
    await env.advance(20_000);
    expect(env.pending).toBe(0);
  });

  it('notices a lost last message by the heads of the server', async () => {
    const { env, server, connection, timeline } = setUp();
    connection.open(timeline);
    connection.start();
    await env.until(() => connection.state === 'online');
    server.weather.lose = 1;
    server.post('d1', 'operator', 'lost');
    await env.advance(1_000);
    expect(timeline.headSeq).toBe(0);
    server.broadcast({ kind: 'heads', dialogs: { d1: 1 } });
    await env.until(() => timeline.headSeq === 1);
    connection.stop();
  });

  it('hands on further pushes while it runs', async () => {
    const notices: unknown[] = [];
    const { env, server, connection } = setUp({ onNotice: (notice) => notices.push(notice) });
    connection.start();
    await env.until(() => connection.state === 'online');
    server.broadcast({ kind: 'notice', notice: { name: 'settings.changed', body: { version: 2 } } });
    connection.stop();
    server.broadcast({ kind: 'notice', notice: { name: 'settings.changed', body: { version: 3 } } });
    expect(notices).toEqual([{ name: 'settings.changed', body: { version: 2 } }]);
  });

  it('does not resume for events that only overtook each other', async () => {
    const { env, server, connection, timeline } = setUp();
    connection.open(timeline);
    connection.start();
    await env.until(() => connection.state === 'online');
    const before = server.resumes;
    const first = server.post('other', 'operator', 'x');
    const events = [1, 2].map((seq) => ({ ...first, dialogId: 'd1', seq, eventId: `e${seq}` }));
    for (const event of events.reverse()) server.broadcast({ kind: 'event', event });
    expect(seqs(timeline)).toEqual([1, 2]);
    await env.advance(40);
    expect(server.resumes).toBe(before);
    connection.stop();
  });

  it('checks at once after a sleep and leaves a dead socket within seconds', async () => {
    const { env, server, connection, timeline } = setUp();
    connection.open(timeline);
    connection.start();
    await env.until(() => connection.state === 'online');
    server.cut(true);
    env.sleep(3 * 3_600_000);
    server.post('d1', 'operator', 'while asleep');
    await env.until(() => timeline.headSeq === 1, 6_000);
    expect(connection.state).toBe('online');
    connection.stop();
  });

  it('leaves a socket that went silent although nothing slept', async () => {
    const { env, server, connection, timeline } = setUp();
    connection.open(timeline);
    connection.start();
    await env.until(() => connection.state === 'online');
    server.cut(true);
    server.post('d1', 'operator', 'into the void');
    await env.until(() => timeline.headSeq === 1, 35_000);
    connection.stop();
  });

  it('does not give up a long resume as long as events come', async () => {
    const { env, server, connection, timeline } = setUp();
    for (let index = 0; index < 40; index += 1) server.post('d1', 'operator', `${index}`);
    server.resumeEveryMs = 1_000;
    connection.open(timeline);
    connection.start();
    await env.until(() => connection.state === 'online', 60_000);
    expect(timeline.headSeq).toBe(40);
    expect([server.connects, server.resumes]).toEqual([1, 1]);
    connection.stop();
  });

  it('polls after ten seconds without a websocket and goes back to the socket', async () => {
    const { env, server, connection, timeline, states, refreshes } = setUp();
    connection.open(timeline);
    server.websocket = false;
    connection.start();
    await env.advance(9_000);
    expect(server.polls).toBe(0);
    server.post('d1', 'operator', 'polled');
    await env.until(() => timeline.headSeq === 1, 5_000);
    expect(connection.state).toBe('polling');
    expect(refreshes).toContain('poll');
    server.post('d1', 'operator', 'polled too');
    await env.until(() => timeline.headSeq === 2, 3_500);
    server.websocket = true;
    await env.until(() => connection.state === 'online', 6_000);
    const polls = server.polls;
    await env.advance(10_000);
    expect(server.polls).toBe(polls);
    expect(states).toEqual(['polling', 'online']);
    connection.stop();
  });

  it('polls in time although the clock is set back by hours', async () => {
    const { env, server, connection, timeline } = setUp();
    connection.open(timeline);
    server.websocket = false;
    connection.start();
    await env.advance(2_000);
    env.setBack(5 * 3_600_000);
    server.post('d1', 'operator', 'polled');
    await env.until(() => timeline.headSeq === 1, 15_000);
    connection.stop();
  });

  it('says offline when nothing answers and comes back by itself', async () => {
    const { env, server, connection, timeline, states } = setUp();
    connection.open(timeline);
    server.websocket = false;
    server.http = false;
    connection.start();
    await env.until(() => connection.state === 'offline', 15_000);
    server.websocket = true;
    await env.until(() => connection.state === 'online', 10_000);
    expect(states).toEqual(['offline', 'online']);
    connection.stop();
  });

  it('refreshes a refused token at once', async () => {
    const asked: boolean[] = [];
    const { env, server, connection } = setUp({
      token: (refresh) => {
        asked.push(refresh);
        return Promise.resolve(refresh ? 'new' : 'old');
      },
    });
    server.refuseTokens.add('old');
    connection.start();
    await env.until(() => connection.state === 'online', 300);
    expect(asked).toEqual([false, true]);
    connection.stop();
  });

  it('stops for good when the server ends the session', async () => {
    let ended = 0;
    const { env, server, connection } = setUp({ onEnded: () => (ended += 1) });
    connection.start();
    await env.until(() => connection.state === 'online');
    const connects = server.connects;
    server.broadcast({ kind: 'ended' });
    await env.advance(60_000);
    expect(ended).toBe(1);
    expect(server.connects).toBe(connects);
  });

  it('asks with growing pauses when a missing event does not come, and over HTTP too', async () => {
    const { env, server, connection, timeline } = setUp();
    connection.open(timeline);
    connection.start();
    await env.until(() => connection.state === 'online');
    server.broadcast({ kind: 'heads', dialogs: { d1: 5 } });
    const before = server.resumes;
    await env.advance(30_000);
    const asked = server.resumes - before;
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(20);
    expect(server.polls).toBeGreaterThan(0);
    connection.stop();
  });

  it('waits between attempts with jitter between 0.3 and 5 seconds', async () => {
    const { env, server, connection } = setUp();
    server.websocket = false;
    connection.start();
    const times: number[] = [];
    let seen = 0;
    for (let step = 0; step < 600; step += 1) {
      await env.advance(50);
      if (server.connects > seen) times.push(env.now());
      seen = server.connects;
    }
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_200);
    expect(Math.max(...gaps)).toBeGreaterThan(2_000);
    connection.stop();
  });
});
