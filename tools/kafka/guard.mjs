// Stands by while brokers run: when the process that started them is gone, however it ended, it ends them too.
// Reads lines `+pid` and `-pid`; the end of its input is the end of the starter.
import { createInterface } from 'node:readline';

const pids = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}); // meant for the starter
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) pids.add(pid);
  else pids.delete(pid);
});
lines.on('close', () => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ESRCH: it has ended by itself
    }
  }
  process.exit(0);
});
