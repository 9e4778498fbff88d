import { POWERED_BY_LOCKS, type SiteSettingsPatch, type SiteSettingsShape } from '@beseda/api';
import { adminV1, settingsV1 } from '@beseda/contracts';
import { chatLook, offlineLook, siteAvatar } from '../../mapping/admin.js';
import { iso } from '../../mapping/words.js';

/** What the pages of a site's settings show. @throws TypeError when the service left the site out */
export function siteSettingsShape(answer: adminV1.GetSiteResponse): SiteSettingsShape {
  const { site, version, seen, mailDomain, poweredByLocked } = answer;
  if (!site) throw new TypeError('admin answered without the site');
  return {
    version,
    name: site.name,
    number: site.number,
    domains: site.domains,
    reopenWindowHours: site.reopenWindowHours,
    maxFileBytes: site.maxFileBytes,
    senderName: site.sender?.name ?? '',
    senderAddress: site.sender?.address ?? '',
    mailDomain,
    poweredByLocked: POWERED_BY_LOCKS.find((lock) => lock === poweredByLocked) ?? null,
    seen: seen.map(({ host, at }) => ({ host, at: iso(at) })),
    widget: { ...chatLook(site), avatarUrl: siteAvatar(site) },
    offline: offlineLook(site.offline),
  };
}

/** A change of a site that changes nothing yet. */
export const unchangedSite = (siteId: string): adminV1.UpdateSiteRequest =>
  adminV1.UpdateSiteRequest.create({ siteId });

/** What changes of the chat's settings. */
export const widgetChange = (change: Partial<settingsV1.WidgetSettings>): settingsV1.WidgetSettings =>
  settingsV1.WidgetSettings.create(change);

/** A change of the settings page as the service takes it. */
export function siteChange(siteId: string, patch: SiteSettingsPatch): adminV1.UpdateSiteRequest {
  const { domains, widget, ...own } = patch;
  return {
    ...unchangedSite(siteId),
    ...own,
    domains: domains && { items: domains },
    offline: own.offline,
    widget: widget && widgetChange(widget),
  };
}

/** A field of the service's change as the body of the page's request has it. */
export function settingsPath(path: string): string {
  if (path === 'sender' || path === 'sender.name') return 'senderName';
  return path.replace(/^domains\.items\./, 'domains.').replace(/^domains\.items$/, 'domains');
}
