import type { LocalizedText, OfflineSettings, Site, WidgetSettings } from './site.js';

/** Settings of a site that can be changed; absent: unchanged. */
export interface SiteChange {
  name?: string | undefined;
  domains?: string[] | undefined;
  senderName?: string | undefined;
  reopenWindowHours?: number | undefined;
  maxFileBytes?: number | undefined;
  widget?: { [K in keyof WidgetSettings]?: WidgetSettings[K] | undefined };
  /** The whole of it. */
  offline?: OfflineSettings | undefined;
}

const given = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;

/** A site as it is after a change. */
export function changedSite(site: Site, { widget = {}, ...change }: SiteChange): Site {
  return { ...site, ...given(change), widget: { ...site.widget, ...given(widget) } };
}

/** What people set, in one order: what the audit log compares, and what tells whether a change changes anything. */
export function chosenSettings(site: Site): object {
  const { name, domains, senderName, reopenWindowHours, maxFileBytes, widget, offline } = site;
  const text = ({ ru, en }: LocalizedText): LocalizedText => ({ ru, en });
  return {
    name,
    domains,
    senderName,
    reopenWindowHours,
    maxFileBytes,
    widget: {
      color: widget.color,
      language: widget.language,
      fallbackLanguage: widget.fallbackLanguage,
      greeting: text(widget.greeting),
      poweredBy: widget.poweredBy,
      avatarFileId: widget.avatarFileId,
      caption: text(widget.caption),
      hideCaption: widget.hideCaption,
      corner: widget.corner,
      marginX: widget.marginX,
      marginY: widget.marginY,
      visibility: widget.visibility,
      theme: widget.theme,
    },
    offline: {
      enabled: offline.enabled,
      text: text(offline.text),
      ask: offline.ask,
      consentText: text(offline.consentText),
      consentUrl: offline.consentUrl,
    },
  };
}

/** Whether two states of a site are set alike. */
export const sameSettings = (a: Site, b: Site): boolean =>
  JSON.stringify(chosenSettings(a)) === JSON.stringify(chosenSettings(b));
