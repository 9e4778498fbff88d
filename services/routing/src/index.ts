/**
 * Who of the operators is there: who has the console open, and what they chose to be shown as.
 *
 * @packageDocumentation
 */
export { routingService } from './service.js';
