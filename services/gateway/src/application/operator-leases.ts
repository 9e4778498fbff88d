import type { Logger } from '@beseda/service-defaults';
import type { Backends } from '../infrastructure/backends.js';
import { SocketLeases } from './socket-leases.js';

/** An operator who loads the console again does not leave; milliseconds. */
const LINGER_MS = 5_000;

/** Tells `routing` which operators have the console open here. */
export class OperatorLeases extends SocketLeases {
  constructor(backends: Pick<Backends, 'routing'>, logger: Logger) {
    super({
      whose: 'operators',
      lingerMs: LINGER_MS,
      logger,
      send: ({ siteId, instance, present, released, deadlineMs }) =>
        backends.routing.call(
          'renewOperatorLeases',
          { instance, operatorIds: present, releasedOperatorIds: released },
          { actor: { kind: 'service', id: 'gateway', siteId }, deadlineMs },
        ),
    });
  }
}
