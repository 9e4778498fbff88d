import { describe, expect, it } from '@jest/globals';
import { RealtimeConnection } from './connection.js';
import type { DialogEvent } from './events.js';
import { NEW_DIALOG, SendQueue } from './send-queue.js';
import { DialogTimeline } from './timeline.js';
import { FakeServer } from './testing/fake-server.js';
import { VirtualEnv, seeded } from './testing/virtual-env.js';

const CUTS = 1_000;
const SEED = 20261124;

/** A visitor's client: queue, timeline and connection wired as an application does. */
function visitor(env: VirtualEnv, server: FakeServer) {
  const timeline = new DialogTimeline('d1', { own: 'contact', now: () => env.now() });
  let named = false;
  const queue = new SendQueue({
    send: server.send,
    onChange: () => timeline.setOutgoing(queue.items()),
    onSent: (item, result) => {
      named = true;
      timeline.confirm(item, result);
      if (timeline.hole) connection.resume();
    },
    env,
  });
  const connection = new RealtimeConnection({
    createSocket: server.connect,
    token: () => Promise.resolve('t'),
    poll: server.poll,
    onEvent: (event) => settleOwn(queue, event),
    onState: (state) => state === 'online' && queue.kick(),
    env,
  });
  /** The first messages name no dialog; once its id is known, by an answer or by an event, the rest do. */
  const write = (text: string): void => {
    if (timeline.headSeq > 0) queue.adopt('d1');
    queue.enqueue({ slot: named || timeline.headSeq > 0 ? 'd1' : NEW_DIALOG, text });
  };
  return { timeline, queue, connection, write };
}

function settleOwn(queue: SendQueue, event: DialogEvent): void {
  if (event.type !== 'message.posted' || !event.payload.clientMessageId) return;
  queue.settle(event.payload.clientMessageId, {
    dialogId: event.dialogId,
    messageId: event.payload.messageId,
    seq: event.seq,
  });
}

/** What the screen shows must be: stored messages in order of seq without repeats, then the rest in order of writing. */
function checkScreen(timeline: DialogTimeline): void {
  const items = timeline.items();
  const keys = items.map((item) => item.key);
  expect(new Set(keys).size).toBe(keys.length);
  const seqs = items.map((item) => item.seq).filter((seq) => seq !== null);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
}

describe('a two-way exchange over a connection that is cut 1,000 times', () => {
  it('shows every message once and in order', async () => {
    const random = seeded(SEED);
    const env = new VirtualEnv(random);
    const server = new FakeServer(env);
    server.weather = { duplicate: 0.1, reorder: 0.2, lose: 0.05, dropAck: 0.05, dropAnswer: 0.1, failSend: 0.1 };
    const { timeline, queue, connection, write } = visitor(env, server);
    connection.open(timeline);
    connection.start();
    const written: string[] = [];
    const answered: string[] = [];
    let slept = 0;
    for (let cut = 0; cut < CUTS; cut += 1) {
      if (written.length < 500 && random() < 0.6) {
        written.push(`v${written.length}`);
        write(written.at(-1) ?? '');
      }
      if (answered.length < 500 && random() < 0.6) {
        answered.push(`o${answered.length}`);
        server.post('d1', 'operator', answered.at(-1) ?? '');
      }
      await env.advance(random() * 3_000);
      server.websocket = random() > 0.02;
      server.http = random() > 0.02;
      if (random() < 0.02) {
        slept += 1;
        env.sleep(random() * 8 * 3_600_000);
      }
      server.cut(random() < 0.2);
      if (cut % 50 === 0) checkScreen(timeline);
    }
    server.weather = { ...server.weather, lose: 0, dropAck: 0, dropAnswer: 0, failSend: 0 };
    server.websocket = true;
    server.http = true;
    await env.until(() => queue.items().length === 0 && timeline.headSeq === server.log('d1').length, 120_000);

    expect(slept).toBeGreaterThan(5);
    expect(server.connects).toBeGreaterThan(CUTS / 3);
    const log = server.log('d1');
    expect(timeline.events.map((event) => event.seq)).toEqual(log.map((event) => event.seq));
    expect(timeline.events).toEqual(log);
    const shown = timeline.items().map((item) => (item.kind === 'message' ? (item.text ?? '') : ''));
    expect(shown).toHaveLength(written.length + answered.length);
    expect(shown.filter((text) => text.startsWith('v'))).toEqual(written);
    expect(shown.filter((text) => text.startsWith('o'))).toEqual(answered);
    connection.stop();
    queue.stop();
    expect(env.pending).toBeLessThan(20);
  });
});
