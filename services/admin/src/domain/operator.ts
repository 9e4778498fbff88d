import type { Role } from '@beseda/auth';

/** Role of an operator on one site. */
export interface SiteRole {
  siteId: string;
  role: Role;
}

/** A person who answers. Belongs to the installation; `sites` says where the person may work, and as what. */
export interface Operator {
  id: string;
  /** Rises with every change; the copies of other services keep the highest. */
  version: number;
  /** Lower case; unique in the installation. */
  email: string;
  /** The name customers see. */
  name: string;
  /** The name colleagues see; empty: the same. */
  internalName: string;
  sites: SiteRole[];
  disabled: boolean;
  /** Sessions and access tokens made for a lower one are worth nothing. */
  tokenVersion: number;
}

/** NIST SP 800-63B asks for at least 8 characters; the upper bound keeps hashing cheap and leaves room for phrases. */
export const MIN_PASSWORD = 8;
export const MAX_PASSWORD = 128;
/** RFC 5321 §4.5.3.1.3: a path has at most 256 characters, two of them are angle brackets. */
export const MAX_EMAIL = 254;

const EMAIL = /^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\]+$/;

/** Whether a text can be an e-mail address. Deliberately loose (`admin@localhost` is one): only a mail can prove more. */
export const isEmail = (text: string): boolean => text.trim().length <= MAX_EMAIL && EMAIL.test(text.trim());

/** The one spelling of an address under which it is stored and looked up. */
export const normalEmail = (text: string): string => text.trim().toLowerCase();

/** The role of an operator on a site, if any. */
export const roleOn = (operator: Pick<Operator, 'sites'>, siteId: string): Role | undefined =>
  operator.sites.find((site) => site.siteId === siteId)?.role;
