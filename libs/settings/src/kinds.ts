import type { settingsV1 } from '@beseda/contracts';

type SettingOneof = NonNullable<settingsV1.Setting['value']>;

/** Kinds of settings other services keep copies of. */
export type SettingKind = SettingOneof['$case'];

/** Value of a setting of one kind. */
export type SettingValue<K extends SettingKind> = SettingValues[K];

type SettingValues = { [S in SettingOneof as S['$case']]: S['value'] };

/** The value inside a setting; undefined when it is deleted or of another kind. */
export function valueOf<K extends SettingKind>(kind: K, setting: settingsV1.Setting): SettingValue<K> | undefined {
  const { value } = setting;
  if (setting.deleted || value?.$case !== kind) return undefined;
  // The compiler cannot see that a matching case has the kind's value.
  return value.value as unknown as SettingValue<K>;
}

/** A site is its own scope, whether or not its owner says so; other settings belong to the site they name. */
export const scopeOfSetting = (kind: SettingKind, siteId: string, id: string): string =>
  kind === 'site' ? id : siteId;

/** The key a setting has on the bus and in the store: `kind:siteId:id`. */
export const keyOfSetting = (kind: SettingKind, siteId: string, id: string): string =>
  `${kind}:${scopeOfSetting(kind, siteId, id)}:${id}`;
