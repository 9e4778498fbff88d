/**
 * Sites, operators, signing in, and the settings that other services keep copies of.
 *
 * @packageDocumentation
 */
export { adminService } from './service.js';
export { FirstRun } from './application/first-run.js';
export { resetPassword } from './transport/cli/reset-password.js';
export type { AdminConfig } from './config/config.js';
export {
  makeLicenceKeys,
  publicText as licencePublicKey,
  readPrivateKey as readLicenceKey,
  signLicence,
} from './infrastructure/crypto/licences.js';
export { FEATURES as LICENCE_FEATURES, type Licence } from './domain/licence.js';
