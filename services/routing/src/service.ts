import { routingV1 } from '@beseda/contracts';
import type { ServiceDefinition } from '@beseda/service-defaults';
import { type RoutingConfig, loadConfig } from './config/config.js';
import { RoutingModule } from './routing.module.js';

/** The service as its process and the all-in-one start it. */
export const routingService: ServiceDefinition<RoutingConfig> = {
  name: 'routing',
  loadConfig,
  module: (context) => RoutingModule.forRoot(context),
  grpc: [routingV1.RoutingServiceService],
};
