/**
 * Dialogs: one conversation with one contact each. The service itself, and the check of a dialog's hash chain for the
 * command line.
 *
 * @packageDocumentation
 */
export type { DialogsConfig } from './config/config.js';
export type { ChainProblem } from './domain/index.js';
export { verifyDialog, type Verification } from './infrastructure/mongo/verify-dialog.js';
export { dialogsService } from './service.js';
