import { routingV1 } from '@beseda/contracts';
import { GATEWAY, OPERATOR, permissions } from './permission.js';

/** Who may call `beseda.routing.v1.RoutingService`. */
export const routingPermissions = permissions(routingV1.RoutingServiceService, {
  renewOperatorLeases: GATEWAY,
  setStatus: OPERATOR,
  listPresence: { operator: 'operator', service: ['gateway'] },
});
