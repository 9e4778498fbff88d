import { isDeepStrictEqual } from 'node:util';
import type { Site, WidgetSettings } from './site.js';

/** What of a site is not set by people. */
type Kept = 'id' | 'version' | 'number' | 'identitySecretVersion' | 'surroundings';
type ChosenSettings = Omit<Site, Kept>;

/** Settings of a site that can be changed; absent: unchanged. The offline message is changed as a whole. */
export type SiteChange = { [K in Exclude<keyof ChosenSettings, 'widget'>]?: ChosenSettings[K] | undefined } & {
  widget?: { [K in keyof WidgetSettings]?: WidgetSettings[K] | undefined } | undefined;
};

const given = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;

/** A site as it is after a change. */
export function changedSite(site: Site, { widget = {}, ...change }: SiteChange): Site {
  return { ...site, ...given(change), widget: { ...site.widget, ...given(widget) } };
}

/** What people set: what the audit log compares, and what tells whether a change changes anything. All but what is named here. */
export function chosenSettings(site: Site): ChosenSettings {
  const { id: _id, version: _version, number: _number, ...rest } = site;
  const { identitySecretVersion: _secret, surroundings: _surroundings, widget, offline, ...own } = rest;
  // The log names them in this order.
  return { ...own, widget, offline };
}

/** Whether two states of a site are set alike, in whatever order their fields stand. */
export const sameSettings = (a: Site, b: Site): boolean => isDeepStrictEqual(chosenSettings(a), chosenSettings(b));
