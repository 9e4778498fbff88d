import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Socket } from 'socket.io';

/** How many sockets there are, and how long an event takes from its commit to the screen's wire. */
export class SocketMetrics {
  readonly sockets: Gauge<'namespace'>;
  readonly latency: Histogram;
  readonly dropped: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.sockets = new Gauge({
      name: 'beseda_gateway_sockets',
      help: 'Connected sockets, by namespace',
      labelNames: ['namespace'],
      registers,
    });
    this.latency = new Histogram({
      name: 'beseda_gateway_event_seconds',
      help: 'From the time an event happened until it was handed to the sockets',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.dropped = new Counter({
      name: 'beseda_gateway_sockets_dropped_total',
      help: 'Sockets closed by the server, by reason; their clients connect again and resume',
      labelNames: ['reason'],
      registers,
    });
  }

  /** Counts a socket for as long as it is connected. */
  follow(socket: Socket, namespace: 'operator' | 'widget'): void {
    this.sockets.inc({ namespace });
    socket.once('disconnect', () => this.sockets.dec({ namespace }));
  }
}
