import type { ServiceDefinition } from '@beseda/service-defaults';
import { type GatewayConfig, loadGatewayConfig } from './config/gateway-config.js';
import { gatewayModule } from './gateway.module.js';
import { BACKENDS } from './infrastructure/backends.js';
import { configureHttp } from './transport/http/edge.js';
import { InFlight } from './transport/http/in-flight.js';
import { ApiDescription } from './transport/http/openapi.js';
import { GatewayIoAdapter } from './transport/sockets/io-adapter.js';
import { Origins } from './transport/sockets/origin.js';

/** The gateway as a service of its own; it has no gRPC of its own. */
export const gatewayService: ServiceDefinition<GatewayConfig> = {
  name: 'gateway',
  calls: BACKENDS,
  loadConfig: loadGatewayConfig,
  module: gatewayModule,
  configure: (app, context) => {
    configureHttp(app, context, app.get(InFlight));
    app.useWebSocketAdapter(new GatewayIoAdapter(app, app.get(Origins)));
    app.get(ApiDescription).use(app);
  },
};
