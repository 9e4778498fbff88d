import type { Bus } from '@beseda/bus';
import { presenceV1, type routingV1 } from '@beseda/contracts';
import type { StandIn } from './grpc-stand-in.js';

/** Presence of operators in memory. */
export class FakeRouting {
  readonly presence: routingV1.OperatorPresence[] = [];

  constructor(readonly bus: Bus) {}

  standIn(): StandIn<typeof routingV1.RoutingServiceService> {
    return {
      renewOperatorLeases: () => ({}),
      setStatus: ({ status }) => ({ state: status }),
      listPresence: (_, { actor }) => ({
        items: this.presence.filter(({ siteId }) => actor.siteId === undefined || siteId === actor.siteId),
      }),
    };
  }

  /** Somebody as `ListPresence` tells of him. */
  put(siteId: string, operatorId: string, state: presenceV1.OperatorState): void {
    const status = presenceV1.OperatorState.OPERATOR_STATE_ONLINE;
    const version = this.presence.length + 1;
    this.presence.push({ siteId, operatorId, state, since: new Date(0), status, version });
  }
}
