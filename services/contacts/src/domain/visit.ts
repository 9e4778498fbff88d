import {
  type Contact,
  type Decision,
  type Environment,
  type Page,
  type Utm,
  VISIT_MS,
  historyEntry,
} from './contact.js';

/** A campaign's word may have this many characters. */
const MAX_UTM = 200;
const UTM = ['source', 'medium', 'campaign', 'term', 'content'] as const;

/** The campaign named in the query of a URL (`utm_source` …); undefined when there is none. */
export function utmOf(url: string): Utm | undefined {
  if (!URL.canParse(url)) return undefined;
  const query = new URL(url).searchParams;
  const values = UTM.map((key) => [key, (query.get(`utm_${key}`) ?? '').trim().slice(0, MAX_UTM)] as const);
  return values.some(([, value]) => value) ? (Object.fromEntries(values) as unknown as Utm) : undefined;
}

/** The referrer, unless it is a page of the same host. */
export function externalReferrer(page: Page): string {
  if (!URL.canParse(page.referrer)) return '';
  const sameHost = URL.canParse(page.url) && new URL(page.url).host === new URL(page.referrer).host;
  return sameHost ? '' : page.referrer;
}

/** Whether a sign of the visitor now begins a new visit. */
export const isNewVisit = (contact: Pick<Contact, 'lastSeenAt'>, now: Date): boolean =>
  now.getTime() - contact.lastSeenAt.getTime() > VISIT_MS;

/** Where a visit came from: the last visit that had a campaign or a referrer counts, later direct ones do not hide it. */
const origin = (page: Page | undefined): Pick<Decision['set'], 'referrer' | 'utm'> => {
  const utm = page && utmOf(page.url);
  const referrer = page ? externalReferrer(page) : '';
  return { ...(referrer ? { referrer } : {}), ...(utm ? { utm } : {}) };
};

const known = ({ device, language, timezone }: Environment): Partial<Environment> => ({
  ...(device.browser || device.os || device.type ? { device } : {}),
  ...(language ? { language } : {}),
  ...(timezone ? { timezone } : {}),
});

const lastPage = (page: Page | undefined, at: Date): Pick<Decision['set'], 'lastPage'> =>
  page?.url ? { lastPage: { url: page.url, title: page.title, at } } : {};

/** A page with the widget was opened. Within a visit nothing is counted, only noted. */
export function openSession(contact: Contact, page: Page | undefined, environment: Environment, now: Date): Decision {
  const visit = isNewVisit(contact, now);
  return {
    set: {
      lastSeenAt: now,
      ...known(environment),
      ...lastPage(page, now),
      ...(visit ? { visits: contact.visits + 1, ...origin(page) } : {}),
    },
    record: visit ? [historyEntry(now, 'session', { url: page?.url ?? '', title: page?.title ?? '' })] : [],
  };
}

/** A new contact's first visit. */
export function firstVisit(
  id: string,
  siteId: string,
  page: Page | undefined,
  { device, language, timezone }: Environment,
  now: Date,
): Contact {
  return {
    id,
    siteId,
    name: '',
    email: '',
    phone: '',
    userId: '',
    verified: false,
    properties: {},
    firstSeenAt: now,
    lastSeenAt: now,
    visits: 1,
    pageViews: 0,
    referrer: '',
    device,
    language,
    timezone,
    mergedFrom: [],
    ...origin(page),
    ...lastPage(page, now),
    history: [{ id, ...historyEntry(now, 'session', { url: page?.url ?? '', title: page?.title ?? '' }) }],
  } as Contact;
}

/** A page was looked at, by loading it or by moving inside a single-page site. */
export function viewPage(contact: Contact, page: Page, now: Date): Decision {
  const visit = isNewVisit(contact, now);
  return {
    set: {
      lastSeenAt: now,
      pageViews: contact.pageViews + 1,
      ...lastPage(page, now),
      ...(visit ? { visits: contact.visits + 1, ...origin(page) } : {}),
    },
    record: [historyEntry(now, 'page', { url: page.url, title: page.title })],
    events: [{ type: 'page.viewed', page }],
  };
}

/** An event that the site's script tracked. `at`: when it happened on the page. */
export function trackEvent(
  contact: Contact,
  event: string,
  props: Readonly<Record<string, unknown>> | undefined,
  at: Date,
  now: Date,
): Decision {
  const visit = isNewVisit(contact, now);
  return {
    set: { lastSeenAt: now, ...(visit ? { visits: contact.visits + 1 } : {}) },
    record: [historyEntry(at, 'event', { name: event, props: props ? JSON.stringify(props) : '' })],
    events: [{ type: 'event.tracked', event, props }],
  };
}
