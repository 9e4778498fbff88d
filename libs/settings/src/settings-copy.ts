import type { settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { keyOfSetting, scopeOfSetting, type SettingKind, type SettingValue, valueOf } from './kinds.js';
import type { SettingsLogger } from './logger.js';

/** What became of a setting. */
export interface SettingChange<K extends SettingKind> {
  kind: K;
  siteId: string;
  id: string;
  version: number;
  /** Undefined: deleted. */
  value: SettingValue<K> | undefined;
  previous: SettingValue<K> | undefined;
}

interface Entry<K extends SettingKind> {
  setting: settingsV1.Setting;
  value: SettingValue<K> | undefined;
  stored: boolean;
}

/** All settings of one kind, in memory, as far as this service knows them. Reads are synchronous. */
export class SettingsCopy<K extends SettingKind> {
  readonly kind: K;
  readonly #logger: SettingsLogger;
  readonly #entries = new Map<string, Entry<K>>();
  readonly #listeners = new Set<(change: SettingChange<K>) => void>();
  #known = false;

  constructor(kind: K, logger: SettingsLogger) {
    this.kind = kind;
    this.#logger = logger;
  }

  /** Whether a whole copy has ever been had: from the owner now, or from the store. */
  get known(): boolean {
    return this.#known;
  }

  /** A setting by its id; undefined when there is none or it was deleted. `siteId` only for kinds that belong to a site. */
  get(id: string, siteId = ''): SettingValue<K> | undefined {
    return this.#entries.get(keyOfSetting(this.kind, siteId, id))?.value;
  }

  /**
   * A setting that must exist.
   * @throws AppError NOT_FOUND; retryable UNAVAILABLE while no copy has ever been had.
   */
  require(id: string, siteId = ''): SettingValue<K> {
    const value = this.get(id, siteId);
    if (value) return value;
    if (!this.#known) throw appError('UNAVAILABLE', 'The settings have not been read yet; try again in a moment.');
    throw appError('NOT_FOUND', `There is no ${this.kind} with this id.`);
  }

  /** All settings of a site, or all of the kind. */
  list(siteId?: string): SettingValue<K>[] {
    return [...this.#entries.values()]
      .filter(({ setting }) => siteId === undefined || setting.siteId === siteId)
      .flatMap(({ value }) => (value === undefined ? [] : [value]));
  }

  /** Version of a setting, deleted ones included; undefined when it is unknown. */
  version(id: string, siteId = ''): number | undefined {
    return this.#entries.get(keyOfSetting(this.kind, siteId, id))?.setting.version;
  }

  /** Tells every change, the first load included when registered before the start. Gives back how to stop. */
  onChange(listener: (change: SettingChange<K>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a setting over when it is newer than the one known. Gives whether it was. */
  apply(given: settingsV1.Setting, stored: boolean): boolean {
    const setting = { ...given, siteId: scopeOfSetting(this.kind, given.siteId, given.id) };
    const key = keyOfSetting(this.kind, setting.siteId, setting.id);
    const before = this.#entries.get(key);
    if (before && before.setting.version >= setting.version) {
      if (stored && before.setting.version === setting.version) before.stored = true;
      return false;
    }
    const value = valueOf(this.kind, setting);
    this.#entries.set(key, { setting, value, stored });
    this.#tell(setting, value, before?.value);
    return true;
  }

  /** Forgets a setting its owner does not know, unless it has changed since it was looked at. */
  forget(setting: settingsV1.Setting): boolean {
    const key = keyOfSetting(this.kind, setting.siteId, setting.id);
    const entry = this.#entries.get(key);
    if (entry?.setting !== setting) return false;
    this.#entries.delete(key);
    this.#tell(setting, undefined, entry.value);
    return true;
  }

  /** A whole copy is there. */
  markKnown(): void {
    this.#known = true;
  }

  /** Every setting known, deleted ones included. */
  all(): settingsV1.Setting[] {
    return [...this.#entries.values()].map(({ setting }) => setting);
  }

  /** Settings that are not in the store as they are here. */
  unstored(): settingsV1.Setting[] {
    return [...this.#entries.values()].filter(({ stored }) => !stored).map(({ setting }) => setting);
  }

  markStored(setting: settingsV1.Setting): void {
    const entry = this.#entries.get(keyOfSetting(this.kind, setting.siteId, setting.id));
    if (entry?.setting === setting) entry.stored = true;
  }

  #tell(
    { siteId, id, version }: settingsV1.Setting,
    value: SettingValue<K> | undefined,
    previous: SettingValue<K> | undefined,
  ): void {
    if (value === undefined && previous === undefined) return;
    for (const listener of this.#listeners) {
      try {
        listener({ kind: this.kind, siteId, id, version, value, previous });
      } catch (error) {
        // A listener's defect must not keep the others, or the copy, from going on.
        this.#logger.error({ kind: this.kind, err: error }, 'a listener of settings failed');
      }
    }
  }
}
