import { type ContactCard } from '../../core/model.js';
import { type Formats } from '../../i18n/formats.js';
import { type I18n } from '../../i18n/i18n.js';

/** One line of the card. */
export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly href?: string;
}

/** What is known beside name, e-mail and phone; lines without a value are left out. */
export function factsOf(contact: ContactCard, t: I18n['t'], formats: Formats): readonly Fact[] {
  const { utm, device } = contact;
  const source = [utm?.source, utm?.medium, utm?.campaign].filter(Boolean).join(' / ');
  const facts: (Fact | null)[] = [
    fact('userId', t('card.userId'), contact.userId),
    fact('source', t('card.source'), source),
    fact('referrer', t('card.referrer'), contact.referrer && hostOf(contact.referrer), webAddress(contact.referrer)),
    fact('firstSeen', t('card.firstSeen'), contact.firstSeenAt && formats.date(contact.firstSeenAt)),
    fact('visits', t('card.visits'), contact.visits > 0 ? formats.number(contact.visits) : null),
    fact('pageViews', t('card.pageViews'), contact.pageViews > 0 ? formats.number(contact.pageViews) : null),
    fact('device', t('card.device'), device && [device.os, device.browser].filter(Boolean).join(', ')),
    fact('language', t('card.language'), contact.language),
    fact('timezone', t('card.timezone'), contact.timezone),
  ];
  return facts.filter((line) => line !== null);
}

/** Properties the site has set, by name. */
export function propertiesOf(contact: ContactCard, t: I18n['t'], formats: Formats): readonly Fact[] {
  return Object.entries(contact.properties)
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => ({
      key,
      label: key.replace(/^\$/, '').replaceAll('_', ' '),
      value:
        typeof value === 'boolean'
          ? t(value ? 'card.yes' : 'card.no')
          : typeof value === 'number'
            ? formats.number(value)
            : String(value),
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

function fact(key: string, label: string, value: string | null | undefined, href?: string): Fact | null {
  return value ? { key, label, value, ...(href ? { href } : {}) } : null;
}

/** Only web addresses become links: the value comes from a stranger's browser. */
function webAddress(url: string | null): string | undefined {
  return url && /^https?:\/\//i.test(url) ? url : undefined;
}

function hostOf(url: string): string {
  try {
    return new URL(url).host || url;
  } catch {
    // TypeError: not an address; it is shown as it came
    return url;
  }
}
