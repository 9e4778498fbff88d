import { settingsV1 } from '@beseda/contracts';

/** What tests say of a setting beside its value. */
export interface SettingFixture<T> {
  version?: number;
  value?: Partial<T>;
}

/** A site as `admin` tells of it. */
export function siteSetting(
  id: string,
  { version = 1, value = {} }: SettingFixture<settingsV1.SiteSettings> = {},
): settingsV1.Setting {
  const site = settingsV1.SiteSettings.create({
    id,
    name: id,
    reopenWindowHours: 24,
    maxFileBytes: 2_097_152,
    ...value,
  });
  return { kind: 'site', siteId: id, id, version, deleted: false, value: { $case: 'site', value: site } };
}

/** Somebody who is an operator of these sites. */
export function operatorSetting(
  id: string,
  siteIds: readonly string[],
  { version = 1, value = {} }: SettingFixture<settingsV1.OperatorSettings> = {},
): settingsV1.Setting {
  const operator = settingsV1.OperatorSettings.fromPartial({
    id,
    name: id,
    email: `${id}@example.com`,
    sites: siteIds.map((siteId) => ({ siteId, role: settingsV1.Role.ROLE_OPERATOR })),
    tokenVersion: 1,
    ...value,
  });
  return { kind: 'operator', siteId: '', id, version, deleted: false, value: { $case: 'operator', value: operator } };
}

/** A team of a site. */
export const teamSetting = (siteId: string, id: string, operatorIds: string[], version = 1): settingsV1.Setting => ({
  kind: 'team',
  siteId,
  id,
  version,
  deleted: false,
  value: { $case: 'team', value: { id, name: id, operatorIds } },
});

/** A tag of a site's catalogue. */
export const tagSetting = (
  siteId: string,
  tag: Partial<settingsV1.TagSettings> & { id: string; name: string },
  version = 1,
): settingsV1.Setting => ({
  kind: 'tag',
  siteId,
  id: tag.id,
  version,
  deleted: false,
  value: { $case: 'tag', value: settingsV1.TagSettings.fromPartial(tag) },
});
