/**
 * What tests of services share: a service that is started with a client of it, and an `admin` that says what the settings
 * are. Never part of what is built.
 *
 * @packageDocumentation
 */
export * from './fake-admin.js';
export * from './settings.js';
export * from './start-test-service.js';
