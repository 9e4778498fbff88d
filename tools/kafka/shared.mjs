// One broker for several test processes: it runs while any of them holds a connection to a socket.
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** How long it stays when the last user has gone, milliseconds: the next test file comes at once. */
const LINGER_MS = 3_000;
/** How long the first user may take to come. */
const FIRST_USER_MS = 120_000;

const answers = (path) =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false)); // refused or not there: nobody listens
  });

function listen(server, path) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Takes the socket; undefined when another process has it. `onUnused` is called when nobody is left.
 * A socket left behind by a killed process is replaced.
 */
export async function claim(path, onUnused) {
  const users = new Set();
  let message;
  let timer = setTimeout(onUnused, FIRST_USER_MS);
  const server = createServer((socket) => {
    clearTimeout(timer);
    users.add(socket);
    if (message) socket.write(message);
    socket.on('error', () => {}); // a user that was killed; `close` follows
    socket.on('close', () => {
      users.delete(socket);
      if (users.size > 0) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        server.close(); // nobody new from here on
        onUnused();
      }, LINGER_MS);
    });
    socket.resume();
  });
  try {
    await listen(server, path);
  } catch (error) {
    if (error.code !== 'EADDRINUSE' || (await answers(path))) {
      clearTimeout(timer);
      if (error.code === 'EADDRINUSE') return undefined;
      throw error;
    }
    rmSync(path, { force: true });
    await listen(server, path);
  }
  return {
    ready(fields) {
      message = `KAFKA_READY ${JSON.stringify(fields)}\n`;
      for (const user of users) user.write(message);
    },
  };
}
