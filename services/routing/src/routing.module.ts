import { serviceModule, stateOutbox } from '@beseda/service-defaults';
import { ListPresenceHandler } from './application/list-presence.handler.js';
import { OperatorSites } from './application/operator-sites.js';
import { PresenceSweep } from './application/presence-sweep.js';
import { RenewLeasesHandler } from './application/renew-leases.handler.js';
import { SetStatusHandler } from './application/set-status.handler.js';
import { presenceRecord } from './infrastructure/bus/presence-events.js';
import { MODELS } from './infrastructure/mongo/documents.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { PRESENCE_OUTBOX, PresenceRepository } from './infrastructure/mongo/presence.repository.js';
import { RoutingController } from './transport/grpc/routing.controller.js';

/** The service put together. */
export const routingModule = serviceModule({
  migrations: MIGRATIONS,
  models: MODELS,
  settings: ['operator'],
  outboxes: [stateOutbox(PRESENCE_OUTBOX, { aggregates: 'presence', toRecords: presenceRecord })],
  controllers: [RoutingController],
  providers: [
    PresenceRepository,
    OperatorSites,
    RenewLeasesHandler,
    SetStatusHandler,
    ListPresenceHandler,
    PresenceSweep,
  ],
});
