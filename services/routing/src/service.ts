import { routingV1 } from '@beseda/contracts';
import { type ServiceDefinition, loadBaseConfig } from '@beseda/service-defaults';
import { routingModule } from './routing.module.js';

/** The service as its process and the all-in-one start it. */
export const routingService: ServiceDefinition = {
  name: 'routing',
  calls: ['admin'],
  loadConfig: loadBaseConfig,
  module: routingModule,
  grpc: [routingV1.RoutingServiceService],
};
