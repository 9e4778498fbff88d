/**
 * The gateway: the only service browsers and API clients talk to. REST, sockets, files, and the pages of console and widget.
 *
 * @packageDocumentation
 */
export { gatewayService } from './service.js';
export type { GatewayConfig } from './config/gateway-config.js';
