import { slugify } from 'transliteration';

/** RFC 5321 §4.5.3.1.1: what stands before the `@` has at most 64 characters. */
const MAX_LOCAL_PART = 64;
/** For a name of which nothing is left in Latin letters and digits. */
const FALLBACK = 'chat';

/** A name as the first part of an address: lower case, a–z, 0–9 and single hyphens. */
export function senderLocalPart(name: string): string {
  const words = slugify(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LOCAL_PART + 1)
    .replace(/^-+/, '')
    .slice(0, MAX_LOCAL_PART)
    .replace(/-+$/, '');
  return words || FALLBACK;
}

/** The subdomain in which a site has its mail; no two sites share a number. */
export const siteMailDomain = (number: number, mailDomain: string): string => `app${number}.${mailDomain}`;

/** Address of automatic messages: «Дима» on the first site is `dima@app1.example.com`. */
export const senderAddress = (name: string, number: number, mailDomain: string): string =>
  `${senderLocalPart(name)}@${siteMailDomain(number, mailDomain)}`;

const DOMAIN = /^(?=.{1,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a text can be the domain that mail comes from. */
export const isMailDomain = (text: string): boolean => DOMAIN.test(text) && !/^[\d.]+$/.test(text);

/** What stands for the domain where there is none but this machine's (RFC 6761 §6.3). */
const LOCAL = 'localhost';

/** The domain of the installation's mail where nobody named one: the host it is reached under, unless that is an address. */
export function mailDomainOf(publicUrl: string | undefined): string {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return LOCAL;
  const host = new URL(publicUrl).hostname.replace(/\.$/, '');
  return isMailDomain(host) ? host : LOCAL;
}
