/**
 * Who acts: actor tokens between services, access and visitor tokens, the keys they are signed with, the site scope that
 * every repository takes, and the one table of who may call what.
 *
 * @packageDocumentation
 */
export * from './actor.js';
export * from './keys.js';
export * from './sealed.js';
export * from './tokens.js';
export * from './permissions/index.js';
