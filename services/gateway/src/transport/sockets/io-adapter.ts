import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Server, type ServerOptions } from 'socket.io';
import type { Origins } from './origin.js';

/** What Nest takes for a server; its own copy of socket.io is another one than ours, with the same behaviour. */
type NestServer = ReturnType<IoAdapter['createIOServer']>;

/** socket.io, websocket only: no sticky sessions are needed, and no request but the upgrade. */
export class GatewayIoAdapter extends IoAdapter {
  constructor(
    application: INestApplicationContext,
    private readonly origins: Origins,
  ) {
    super(application);
  }

  override createIOServer(_port: number, options?: object): NestServer {
    const settings: Partial<ServerOptions> = {
      ...options,
      path: '/socket.io',
      transports: ['websocket'],
      serveClient: false,
      // Fifty dialogs with their seqs are 4 kB.
      maxHttpBufferSize: 64 * 1024,
      // A dead connection is noticed within 25 s on both sides.
      pingInterval: 15_000,
      pingTimeout: 10_000,
      connectTimeout: 10_000,
      perMessageDeflate: false,
      allowRequest: (request, callback) => {
        const allowed = this.origins.any(request.headers);
        callback(allowed ? null : 'origin not allowed', allowed);
      },
    };
    return new Server(this.httpServer, settings) as unknown as NestServer;
  }
}
