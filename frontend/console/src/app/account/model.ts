import { type Lang } from '../i18n/i18n.js';
import { type ThemeName } from '../core/theme.js';

/** The own account. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly internalName: string;
  readonly email: string;
  readonly avatarUrl: string | null;
  readonly locale: Lang | null;
  readonly theme: ThemeName | null;
  readonly version: number;
  readonly secondFactor: boolean;
  readonly recoveryCodesLeft: number;
  /** Signs in by single sign-on only. */
  readonly noPassword: boolean;
}

/** A browser that is signed in. */
export interface SignInSession {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly address: string;
  readonly userAgent: string;
  /** The one of this page. */
  readonly current: boolean;
}
