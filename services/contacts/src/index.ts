/**
 * The people who write: visitors become contacts, what a site says of them, what they did, and who is on the site now.
 *
 * @packageDocumentation
 */
export { contactsService } from './service.js';
