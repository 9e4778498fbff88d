import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A service of a few lines. FAKE says how it behaves: `well`, `refuses` (cannot start and says so), `breaks` (ends without a
 * word), `hangs` (does not heed SIGTERM), `hands over` (as services do: ends when its successor stands by). It notes what
 * it does in the file FAKE_LOG and, given FAKE_PORT, answers there.
 */
const SOURCE = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { FAKE = 'well', FAKE_NAME = 'fake', FAKE_LOG, FAKE_PORT } = process.env;
const note = (what) => FAKE_LOG && appendFileSync(FAKE_LOG, what + ' ' + FAKE_NAME + '\\n');
process.on('SIGTERM', () => {
  if (FAKE === 'hangs') return;
  if (FAKE === 'hands over' && process.connected) return void process.send({ kind: 'stopping' });
  end();
});
const end = () => {
  note('stopped');
  process.exit(0);
};
process.once('disconnect', () => process.exit(0));
let listen;
process.on('message', ({ kind }) => {
  note(kind);
  if (kind === 'listen') listen();
  if (kind === 'stop' && FAKE === 'hands over') end();
});
if (process.env.BESEDA_STANDBY) {
  process.send({ kind: 'standing by' });
  await new Promise((resolve) => (listen = resolve));
}
if (FAKE === 'refuses') process.send({ kind: 'failed', detail: 'BESEDA_X is missing.' }, () => process.exit(1));
else if (FAKE === 'breaks') process.exit(3);
else {
  console.log(JSON.stringify({ level: 'info', service: 'fake', msg: 'hello' }));
  console.error('Warning: plain text');
  note('started');
  const ready = () => process.send({ kind: 'ready', facts: { ['from-' + FAKE_NAME]: String(process.pid) } });
  let looks = 0;
  const answer = (_, response) => response.writeHead(looks++ < 2 ? 503 : 200).end('{"status":"starting"}');
  if (FAKE_PORT) createServer(answer).listen(Number(FAKE_PORT), '127.0.0.1', ready);
  else ready();
}
`;

/** Writes it into a folder; gives its path. */
export async function writeFakeService(folder: string): Promise<string> {
  const path = join(folder, 'fake-service.mjs');
  await writeFile(path, SOURCE);
  return path;
}
