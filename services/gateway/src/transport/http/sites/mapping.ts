import type { SiteSettingsPatch, SiteSettingsShape } from '@beseda/api';
import { adminV1 } from '@beseda/contracts';
import { chatLook, localized, offlineLook, siteAvatar } from '../../mapping/admin.js';
import { iso } from '../../mapping/words.js';

const LOCKS = ['no_licence', 'expired', 'not_included'] as const;

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
    poweredByLocked: LOCKS.find((lock) => lock === poweredByLocked) ?? null,
    seen: seen.map(({ host, at }) => ({ host, at: iso(at) })),
    widget: { ...chatLook(site), greeting: localized(site.widget?.greeting), avatarUrl: siteAvatar(site) },
    offline: offlineLook(site.offline),
  };
}

/** Everything of a site that can be changed, unchanged. */
export const unchangedSite = (siteId: string): adminV1.UpdateSiteRequest => ({
  siteId,
  domains: undefined,
  version: 0,
  greeting: undefined,
  caption: undefined,
  offline: undefined,
});

/** A change of the settings page as the service takes it. */
export function siteChange(siteId: string, patch: SiteSettingsPatch): adminV1.UpdateSiteRequest {
  const { domains, widget = {}, ...own } = patch;
  const { greeting, caption, ...look } = widget;
  return {
    ...unchangedSite(siteId),
    ...own,
    ...look,
    domains: domains && { items: domains },
    greeting,
    caption,
    offline: own.offline,
  };
}

const OF_WIDGET: ReadonlySet<string> = new Set([
  ...['color', 'language', 'fallbackLanguage', 'greeting', 'poweredBy', 'caption', 'hideCaption', 'corner'],
  ...['marginX', 'marginY', 'visibility', 'theme'],
]);

/** A field of the service's change as the body of the page's request has it. */
export function settingsPath(path: string): string {
  if (OF_WIDGET.has(path.split('.', 1)[0] ?? '')) return `widget.${path}`;
  if (path === 'sender' || path === 'sender.name') return 'senderName';
  return path.replace(/^domains\.items\./, 'domains.').replace(/^domains\.items$/, 'domains');
}
