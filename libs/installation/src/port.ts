import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { appError } from '@beseda/errors';

/** From here on Linux gives ports to outgoing connections: one may be taken while its owner restarts. */
const FIRST_EPHEMERAL = 32_768;
/** Where the search for ports of one's own begins: somewhere between these, so that several starts seldom meet. */
const SEARCH_FROM = [20_000, 30_000] as const;

/**
 * A port that can be had on an address: the given one, or any free one for 0. It is asked before anything starts, so that a
 * busy port costs one line and no start.
 *
 * @throws AppError that says which variable to change.
 */
export async function claimPort(host: string, port: number): Promise<number> {
  try {
    return await listenOnce(host, port);
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, host, port);
  }
}

/**
 * So many free ports of an address, for processes that keep theirs over restarts: below the range that the system gives to
 * outgoing connections unless `from`, the first one tried, lies above.
 *
 * @throws AppError when there are not so many, or when the address is none of this machine's.
 */
export async function claimPorts(host: string, count: number, from = randomInt(...SEARCH_FROM)): Promise<number[]> {
  const ports: number[] = [];
  const end = from < FIRST_EPHEMERAL ? FIRST_EPHEMERAL : 65_536;
  for (let port = from; port < end && ports.length < count; port++) {
    if (await isFree(host, port)) ports.push(port);
  }
  if (ports.length === count) return ports;
  throw appError('FAILED_PRECONDITION', `There are no ${count} free ports on ${host} from ${from} to ${end - 1}.`);
}

async function isFree(host: string, port: number): Promise<boolean> {
  try {
    await listenOnce(host, port);
    return true;
  } catch (error) {
    const known = error as NodeJS.ErrnoException;
    // Somebody else's: the next one. Anything else would be the same for every port.
    if (known.code === 'EADDRINUSE' || known.code === 'EACCES') return false;
    throw explain(known, host, port);
  }
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: got } = server.address() as AddressInfo;
      server.close(() => resolve(got));
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return appError(
        'FAILED_PRECONDITION',
        `Port ${port} on ${host} is in use. Stop what uses it, or set BESEDA_PORT to another port (0 = any free one).`,
      );
    case 'EACCES':
      return appError(
        'FAILED_PRECONDITION',
        `Port ${port} needs more rights than this user has. Set BESEDA_PORT to a port above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return appError(
        'FAILED_PRECONDITION',
        `${host} is no address of this machine. Set BESEDA_HOST to one of its addresses, such as 127.0.0.1.`,
      );
    default:
      return appError('FAILED_PRECONDITION', `Port ${port} on ${host} cannot be used: ${error.message}.`);
  }
}
