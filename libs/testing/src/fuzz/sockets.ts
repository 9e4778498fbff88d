import { setTimeout as delay } from 'node:timers/promises';
import { ODD_TEXTS, oddValue } from './values.js';
import type { FuzzMeans } from './requests.js';
import type { SeededRandom } from '../seeded-random.js';

const NAMESPACES = ['/operator', '/widget', '/', '/nothing'];
/** Packets as engine.io and socket.io know them, and some as they do not. */
const PACKETS = [
  '',
  '9',
  '2',
  '3probe',
  '4',
  '40',
  '41',
  '43[',
  '451-["resume"]',
  '42["',
  '42/x',
  '4299999999999999999["a"]',
  '\0',
  '6',
];
const OPEN_MS = 2_000;

/**
 * One connection that does not know the protocol's manners: odd credentials, events, acknowledgements and packets. It is
 * over when all was written or the server has closed it.
 */
export async function fuzzSocket(url: string, random: SeededRandom, means: FuzzMeans): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  const opened = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve(), { once: true }));
  await Promise.race([opened, closed, delay(OPEN_MS, undefined, { ref: false })]);
  const namespace = random.pick(NAMESPACES);
  const token = random.bool(0.8) ? random.pick(Object.values(means.tokens)) : oddValue(random);
  const write = (packet: string): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(packet);
  };
  write(`40${namespace},${JSON.stringify(random.bool(0.9) ? { token } : oddValue(random))}`);
  await delay(20);
  for (let count = random.int(1, 15); count > 0; count -= 1) write(packetOf(random, namespace, means));
  await Promise.race([closed, delay(30)]);
  const outcome = socket.readyState === WebSocket.OPEN ? 'open' : 'closed';
  socket.close();
  return outcome;
}

function packetOf(random: SeededRandom, namespace: string, { ids }: FuzzMeans): string {
  if (random.bool(0.2)) return random.pick(PACKETS);
  if (random.bool(0.05)) return `42${namespace},1["resume",${'['.repeat(20_000)}${']'.repeat(20_000)}]`;
  const ack = random.bool() ? String(random.int(0, 99)) : '';
  const event = random.bool(0.8) ? 'resume' : random.pick([...ODD_TEXTS, 'disconnect', 'connect', 'error']);
  const dialogs = { [random.pick(ids)]: random.bool() ? random.int(-1, 5) : oddValue(random) };
  const payload = random.bool(0.6) ? { dialogs } : random.bool() ? { dialogs: oddValue(random) } : oddValue(random);
  return `42${namespace},${ack}${JSON.stringify([event, payload])}`;
}
