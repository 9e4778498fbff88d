/**
 * Copies of settings that another service owns, kept in memory and in the service's own database.
 *
 * @packageDocumentation
 */
export type { SettingKind, SettingValue } from './kinds.js';
export type { SettingsLogger } from './logger.js';
export { SettingsCopies, type SettingsCopiesOptions } from './settings-copies.js';
export { SettingsCopy, type SettingChange } from './settings-copy.js';
export {
  mongoSettingsStore,
  noSettingsStore,
  SETTINGS_COPIES_COLLECTION,
  type SettingsStore,
} from './settings-store.js';
export {
  InjectSettings,
  SettingsModule,
  settingsToken,
  type SettingsAsyncOptions,
  type SettingsOptions,
} from './settings.module.js';
