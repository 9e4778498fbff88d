import type { KeyObject } from 'node:crypto';
import { appError } from '@beseda/errors';
import { z } from 'zod';
import { type GroupRule, parseGroupRules } from '../domain/oidc-roles.js';
import { readPublicKey } from '../infrastructure/crypto/licences.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An address that secrets may be sent to: https, or http on this machine. */
export const isSafeAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
};

const onOff = z.enum(['on', 'off'], 'must be "on" or "off"').transform((word) => word === 'on');

/** Keys of the licence and of single sign-on. */
export const systemEnvSchema = {
  BESEDA_LICENCE_PUBLIC_KEY: z
    .string()
    .transform((text, context) => {
      const key = readPublicKey(text);
      if (key) return key;
      context.addIssue('must be the 32 bytes of an Ed25519 public key in base64url, or that key in PEM');
      return z.NEVER;
    })
    .optional(),
  BESEDA_OIDC_ISSUER: z
    .string()
    .refine(isSafeAddress, 'must be an https address (http only on this machine)')
    .optional(),
  BESEDA_OIDC_CLIENT_ID: z.string().optional(),
  BESEDA_OIDC_CLIENT_SECRET: z.string().optional(),
  BESEDA_OIDC_SCOPES: z
    .string()
    .refine((text) => text.split(/\s+/).includes('openid'), 'must name "openid" among the scopes')
    .default('openid email profile'),
  BESEDA_OIDC_GROUPS_CLAIM: z.string().default('groups'),
  BESEDA_OIDC_ROLES: z
    .string()
    .transform((text, context) => {
      const rules = parseGroupRules(text);
      if (rules) return rules;
      context.addIssue('must look like "group=operator@*; other group=admin@<site id>"');
      return z.NEVER;
    })
    .default([]),
  BESEDA_OIDC_CREATE: onOff.default(false),
  BESEDA_OIDC_ONLY: onOff.default(false),
} as const;

/** Single sign-on through one provider. */
export interface OidcConfig {
  issuer: URL;
  clientId: string;
  clientSecret: string;
  scopes: string;
  /** Claim of the ID token or the user info that lists groups. */
  groupsClaim: string;
  /** Empty: roles are given by hand. */
  roles: GroupRule[];
  /** Who is not known is made an operator at the first sign-in; else refused. */
  create: boolean;
  /** Passwords are off for everybody but superadmins. */
  only: boolean;
  /** Where the provider sends browsers back to. */
  redirectUri: string;
}

export interface SystemConfig {
  /** Verifies licences; absent: none counts. */
  licencePublicKey?: KeyObject;
  /** Absent: there is no single sign-on. */
  oidc?: OidcConfig;
}

type SystemEnv = z.output<z.ZodObject<typeof systemEnvSchema>> & { BESEDA_PUBLIC_URL?: string | undefined };

/** @throws AppError FAILED_PRECONDITION that names keys which need each other */
export function systemConfig(env: SystemEnv): SystemConfig {
  const key = env.BESEDA_LICENCE_PUBLIC_KEY;
  const oidc = oidcConfig(env);
  return { ...(key ? { licencePublicKey: key } : {}), ...(oidc ? { oidc } : {}) };
}

function oidcConfig(env: SystemEnv): OidcConfig | undefined {
  const { BESEDA_OIDC_ISSUER: issuer, BESEDA_OIDC_CLIENT_ID: clientId, BESEDA_OIDC_CLIENT_SECRET: clientSecret } = env;
  const publicUrl = env.BESEDA_PUBLIC_URL;
  if (issuer === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) {
    throw appError(
      'FAILED_PRECONDITION',
      'Configuration: BESEDA_OIDC_ISSUER needs BESEDA_OIDC_CLIENT_ID, BESEDA_OIDC_CLIENT_SECRET and BESEDA_PUBLIC_URL beside it.',
    );
  }
  return {
    issuer: new URL(issuer),
    clientId,
    clientSecret,
    scopes: env.BESEDA_OIDC_SCOPES,
    groupsClaim: env.BESEDA_OIDC_GROUPS_CLAIM,
    roles: env.BESEDA_OIDC_ROLES,
    create: env.BESEDA_OIDC_CREATE,
    only: env.BESEDA_OIDC_ONLY,
    redirectUri: `${publicUrl.replace(/\/+$/, '')}/api/auth/oidc/callback`,
  };
}
