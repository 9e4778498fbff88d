import { LIMITS, type Locale, type Role, type THEMES, type Visibility } from '@beseda/api';
import type { EndedSession } from './session.js';

/** What an operator may do on a site besides the role. */
export interface SiteRights {
  visibility: Visibility;
  /** Taken from an admin: may not export contacts. */
  noContactExport: boolean;
  /** Taken from an admin: may not send to more than one addressee. */
  noMassMailing: boolean;
}

/** Role of an operator on one site, and the rights there. */
export interface SiteRole extends SiteRights {
  siteId: string;
  role: Role;
}

/** Nothing is taken away. */
export const ALL_RIGHTS: SiteRights = { visibility: 'all', noContactExport: false, noMassMailing: false };

export type Theme = (typeof THEMES)[number];
export type { Locale };

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
  /** Sessions ended one by one within the life of an access token. */
  endedSessions: EndedSession[];
  /** Picture; empty: none. */
  avatarFileId: string;
  /** Language of the console and of mails; empty: not chosen. */
  locale: Locale | '';
  /** Empty: not chosen. */
  theme: Theme | '';
  /** Invited and never signed in. */
  invited: boolean;
}

/** What a new operator begins with; the rest says who it is. */
export const NEW_OPERATOR = {
  version: 1,
  internalName: '',
  disabled: false,
  tokenVersion: 1,
  endedSessions: [] as EndedSession[],
  avatarFileId: '',
  locale: '',
  theme: '',
  invited: false,
} as const satisfies Partial<Operator>;

const EMAIL = /^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\]+$/;

/** Whether a text can be an e-mail address. Deliberately loose (`admin@localhost` is one): only a mail can prove more. */
export const isEmail = (text: string): boolean => text.trim().length <= LIMITS.email && EMAIL.test(text.trim());

/** The one spelling of an address under which it is stored and looked up. */
export const normalEmail = (text: string): string => text.trim().toLowerCase();

/** The role of an operator on a site, if any. */
export const roleOn = (operator: Pick<Operator, 'sites'>, siteId: string): Role | undefined =>
  siteRoleOf(operator, siteId)?.role;

/** Role and rights of an operator on a site, if any. */
export const siteRoleOf = (operator: Pick<Operator, 'sites'>, siteId: string): SiteRole | undefined =>
  operator.sites.find((site) => site.siteId === siteId);

/** Whether an operator may sign in at all: is not disabled and works somewhere. */
export const maySignIn = (operator: Pick<Operator, 'disabled' | 'sites'>): boolean =>
  !operator.disabled && operator.sites.length > 0;
