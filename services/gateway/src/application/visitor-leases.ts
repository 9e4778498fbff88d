import type { Logger } from '@beseda/service-defaults';
import type { Backends } from '../infrastructure/backends.js';
import { SocketLeases } from './socket-leases.js';

/** Tells `contacts` who has the widget open here. */
export class VisitorLeases extends SocketLeases {
  constructor(backends: Pick<Backends, 'contacts'>, logger: Logger) {
    super({
      whose: 'visitors',
      lingerMs: 0,
      logger,
      send: ({ siteId, instance, present, released, deadlineMs }) =>
        backends.contacts.call(
          'renewVisitorLeases',
          { instance, contactIds: present, releasedContactIds: released },
          { actor: { kind: 'service', id: 'gateway', siteId }, deadlineMs },
        ),
    });
  }
}
