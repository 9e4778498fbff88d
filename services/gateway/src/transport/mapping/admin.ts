import type { Role } from '@beseda/auth';
import type { contactsV1, settingsV1 } from '@beseda/contracts';
import type { Directory } from '../../application/directory.js';
import type { OperatorShape, SiteDetails } from '../shapes/admin.js';
import type { WidgetSettings } from '../shapes/widget.js';
import { orNull } from './words.js';

/** The operator who signed in, with the sites he works for. */
export function operatorShape(operator: settingsV1.OperatorSettings, directory: Directory): OperatorShape {
  return {
    id: operator.id,
    name: operator.name,
    ...(operator.internalName === '' ? {} : { internalName: operator.internalName }),
    email: operator.email,
    role: directory.highestRole(operator)?.role ?? 'operator',
    sites: directory.sitesOf(operator).map(({ site, role }) => ({ siteId: site.id, name: site.name, role })),
    avatarUrl: null,
  };
}

export function siteDetails(site: settingsV1.SiteSettings, role: Role): SiteDetails {
  return {
    id: site.id,
    name: site.name,
    role,
    domains: site.domains,
    language: site.widget?.language || 'auto',
    color: site.widget?.color ?? '',
    maxFileBytes: site.maxFileBytes,
    reopenWindowHours: site.reopenWindowHours,
  };
}

const LANGUAGES = ['auto', 'ru', 'en'] as const;
/** Used when a site has none of its own: the accent of the console. */
const DEFAULT_COLOR = '#0b6070';

/** What the widget needs to know to draw itself. */
export function widgetSettings(
  site: settingsV1.SiteSettings,
  maxFileBytes: number,
  contact: contactsV1.Contact,
): WidgetSettings {
  const { widget } = site;
  const greeting = widget?.greeting;
  return {
    siteId: site.id,
    name: site.name,
    color: widget?.color || DEFAULT_COLOR,
    language: LANGUAGES.find((language) => language === widget?.language) ?? 'auto',
    greeting: greeting && (greeting.ru || greeting.en) ? { ru: greeting.ru, en: greeting.en } : null,
    poweredBy: widget?.poweredBy ?? true,
    maxFileBytes,
    contact: {
      name: orNull(contact.name),
      email: orNull(contact.email),
      phone: orNull(contact.phone),
      userId: orNull(contact.userId),
    },
  };
}
