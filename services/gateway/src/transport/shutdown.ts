import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { Namespace } from 'socket.io';
import { InFlight } from './http/in-flight.js';
import { OperatorGateway } from './sockets/operator.gateway.js';
import { WidgetGateway } from './sockets/widget.gateway.js';

/** Requests that take longer than this are cut; milliseconds. */
const DRAIN_MS = 4_000;

/** An orderly end: nothing new, sockets go elsewhere, requests finish; then the servers close. */
@Injectable()
export class Shutdown implements BeforeApplicationShutdown {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(InFlight) private readonly inFlight: InFlight,
    @Inject(OperatorGateway) private readonly operators: OperatorGateway,
    @Inject(WidgetGateway) private readonly visitors: WidgetGateway,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    // Also closes connections that wait for their next request.
    if (server.listening) server.close();
    for (const namespace of [this.operators.namespace, this.visitors.namespace]) closeSockets(namespace);
    await this.inFlight.drain(DRAIN_MS);
  }
}

/** Closed below the protocol: a client takes "disconnected by the server" for "do not come again". */
function closeSockets(namespace: Namespace | undefined): void {
  for (const socket of namespace?.sockets.values() ?? []) socket.conn.close();
}
