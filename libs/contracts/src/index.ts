/**
 * The only contracts between services: what gRPC calls and bus events look like, generated from `proto/`,
 * plus the names of topics and event types.
 *
 * @packageDocumentation
 */
export * as adminV1 from './gen/index.beseda.admin.v1.js';
export * as contactsV1 from './gen/index.beseda.contacts.v1.js';
export * as dialogsV1 from './gen/index.beseda.dialogs.v1.js';
export * as eventsV1 from './gen/index.beseda.events.v1.js';
export * as presenceV1 from './gen/index.beseda.presence.v1.js';
export * as routingV1 from './gen/index.beseda.routing.v1.js';
export * as settingsV1 from './gen/index.beseda.settings.v1.js';
export * from './topics.js';
export * from './events.js';
export * from './grpc.js';
export * from './words.js';
