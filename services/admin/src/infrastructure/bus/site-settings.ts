import { type EventRecord, settingRecord, type settingsV1 } from '@beseda/contracts';
import type { Hours } from '../../domain/hours.js';
import { senderAddress } from '../../domain/sender.js';
import { type Site, type WidgetSettings, poweredByShown } from '../../domain/site.js';
import type { Tag } from '../../domain/tag.js';
import type { SiteDocument } from '../mongo/documents.js';
import type { HoursDocument, TagEntry } from '../mongo/site.documents.js';
import { siteOf } from '../mongo/sites.repository.js';

/** Names settings that the contract and the schema do not share; nothing compiles while there is one. */
type Differing = Exclude<
  keyof WidgetSettings | keyof settingsV1.WidgetSettings,
  keyof WidgetSettings & keyof settingsV1.WidgetSettings
>;
const shared = <T extends WidgetSettings>(widget: [Differing] extends [never] ? T : Differing): T => widget as T;

/** A site as it was set, whatever counts of it. */
export const chosenSiteSettings = (site: Site): settingsV1.SiteSettings => ({
  id: site.id,
  name: site.name,
  number: site.number,
  domains: site.domains,
  widget: shared(site.widget),
  offline: site.offline,
  sender: {
    name: site.senderName,
    address: senderAddress(site.senderName, site.number, site.surroundings.mailDomain),
  },
  reopenWindowHours: site.reopenWindowHours,
  maxFileBytes: site.maxFileBytes,
  identitySecretVersion: site.identitySecretVersion,
});

/** A site as other services know it: "powered by" as it counts. */
export function siteSettings(site: Site): settingsV1.SiteSettings {
  const chosen = chosenSiteSettings(site);
  return { ...chosen, widget: { ...site.widget, poweredBy: poweredByShown(site) } };
}

export const siteSetting = (site: Site): settingsV1.Setting => ({
  kind: 'site',
  siteId: site.id,
  id: site.id,
  version: site.version,
  deleted: false,
  value: { $case: 'site', value: siteSettings(site) },
});

/** A tag that was merged is deleted: the other one has its names. A removed one goes on saying so, and dialogs lose it. */
export const tagSetting = (siteId: string, tag: Tag): settingsV1.Setting => {
  const { id, version, name, color, formerNames, state } = tag;
  const value = { id, name, color, formerNames, removed: state === 'removed' };
  const deleted = state === 'merged';
  return { kind: 'tag', siteId, id, version, deleted, value: deleted ? undefined : { $case: 'tag', value } };
};

export const hoursSetting = (siteId: string, version: number, hours: Hours): settingsV1.Setting => ({
  kind: 'hours',
  siteId,
  id: siteId,
  version,
  deleted: false,
  value: { $case: 'hours', value: hours },
});

/** What is put on the bus for a stored site. */
export const siteRecord = (doc: SiteDocument): EventRecord =>
  settingRecord(siteSetting(siteOf(doc)), doc.correlationId);

/** What is put on the bus for a change of a tag. */
export const tagRecord = (entry: TagEntry): EventRecord =>
  settingRecord(tagSetting(entry.siteId, entry.tag), entry.correlationId);

/** What is put on the bus for stored hours. */
export const hoursRecord = (doc: HoursDocument): EventRecord =>
  settingRecord(hoursSetting(doc._id, doc.version, doc), doc.correlationId);
