import { type AddressInfo, createServer } from 'node:net';
import { appError } from '@beseda/errors';

/**
 * A port that can be had on an address: the given one, or any free one for 0. It is asked before anything starts, so that a
 * busy port costs one line and no start.
 *
 * @throws AppError that says which variable to change.
 */
export function claimPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
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
