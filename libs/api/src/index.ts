/**
 * The HTTP API in zod: what the gateway takes and answers, its limits and its lists of words. The gateway serves these
 * schemas, services take their limits from here, browsers their types, stand-ins of the API parse their answers by them.
 *
 * @packageDocumentation
 */
export * from './account.js';
export * from './admin.js';
export * from './chat-look.js';
export type * from './client.js';
export * from './common.js';
export * from './contacts.js';
export * from './dialogs.js';
export * from './events.js';
export * from './fields.js';
export * from './library.js';
export * from './limits.js';
export * from './operators.js';
export * from './routes.js';
export * from './sign-in.js';
export * from './site-settings.js';
export * from './sockets.js';
export * from './system.js';
export * from './text.js';
export * from './widget.js';
export * from './words.js';
