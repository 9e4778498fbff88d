/** A host name, perhaps of all its subdomains (`*.`), perhaps with a port. Anything else in a site's list says nothing. */
const DOMAIN = /^(?:\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:\d{1,5})?$/i;

interface Host {
  name: string;
  port: string;
}

function parse(domain: string): Host | undefined {
  const match = DOMAIN.exec(domain.trim());
  return match?.[1] === undefined ? undefined : { name: match[1].toLowerCase(), port: match[2] ?? '' };
}

/** Whether a page of this origin may show a site's widget: its host is one of the domains or below one; none set: any. */
export function originAllowed(domains: readonly string[], origin: string): boolean {
  if (domains.length === 0) return true;
  const url = URL.parse(origin);
  if (!url) return false;
  return domains.some((domain) => {
    const host = parse(domain);
    if (!host || (host.port !== '' && host.port !== `:${url.port}`)) return false;
    return url.hostname === host.name || url.hostname.endsWith(`.${host.name}`);
  });
}

/** Value of the CSP directive `frame-ancestors` for a site's widget. Our own pages (the demo) may always show it. */
export function frameAncestors(domains: readonly string[]): string {
  if (domains.length === 0) return '*';
  const sources = domains.flatMap((domain) => {
    const host = parse(domain);
    if (!host) return [];
    const names = /^[\d.]+$/.test(host.name) ? [host.name] : [host.name, `*.${host.name}`];
    return ['https', 'http'].flatMap((scheme) => names.map((name) => `${scheme}://${name}${host.port || ':*'}`));
  });
  return ["'self'", ...new Set(sources)].join(' ');
}
