import { appError } from '@beseda/errors';
import { type JWTPayload, SignJWT, jwtVerify } from 'jose';
import { ROLES, type Role } from '@beseda/api';
import type { Actor } from './actor.js';
import type { KeyPurpose, Keys } from './keys.js';

const ALG = 'HS256';
/** An actor token lives this long; it is made anew for every call. Seconds. */
export const ACTOR_TOKEN_SECONDS = 60;
/** An access token lives this long; seconds. */
export const ACCESS_TOKEN_SECONDS = 600;

async function sign(keys: Keys, purpose: KeyPurpose, claims: JWTPayload, seconds?: number): Promise<string> {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: ALG }).setIssuedAt();
  return (seconds === undefined ? jwt : jwt.setExpirationTime(Math.floor(Date.now() / 1000) + seconds)).sign(
    keys.get(purpose),
  );
}

async function verify(keys: Keys, purpose: KeyPurpose, token: string): Promise<JWTPayload | undefined> {
  try {
    return (await jwtVerify(token, keys.get(purpose), { algorithms: [ALG], clockTolerance: 5 })).payload;
  } catch {
    // Damaged, foreign or too old: all the same to the caller, who must get a new one.
    return undefined;
  }
}

/** Signs who acts, for the metadata of one gRPC call. */
export const signActor = (keys: Keys, actor: Actor): Promise<string> =>
  sign(keys, 'actor', { actor }, ACTOR_TOKEN_SECONDS);

/** The actor of a token; UNAUTHENTICATED when it is damaged, foreign or too old. */
export async function verifyActor(keys: Keys, token: string | undefined): Promise<Actor> {
  const payload = token ? await verify(keys, 'actor', token) : undefined;
  const actor = payload?.['actor'] as Actor | undefined;
  if (!actor || typeof actor.id !== 'string')
    throw appError('UNAUTHENTICATED', 'The call carries no valid actor token.');
  return actor;
}

/** What an access token says: who signed in, by which session, and the version that revokes. */
export interface AccessClaims {
  operatorId: string;
  sessionId: string;
  tokenVersion: number;
}

/** Signs an access token of {@link ACCESS_TOKEN_SECONDS}. */
export const signAccess = (keys: Keys, claims: AccessClaims): Promise<string> =>
  sign(
    keys,
    'access',
    { sub: claims.operatorId, sid: claims.sessionId, ver: claims.tokenVersion },
    ACCESS_TOKEN_SECONDS,
  );

/** Claims of an access token; undefined when it is damaged, foreign or too old. `expiresAt` in ms since the epoch. */
export async function verifyAccess(
  keys: Keys,
  token: string,
): Promise<(AccessClaims & { expiresAt: number }) | undefined> {
  const payload = await verify(keys, 'access', token);
  if (!payload?.sub || typeof payload['sid'] !== 'string' || typeof payload['ver'] !== 'number') return undefined;
  return {
    operatorId: payload.sub,
    sessionId: payload['sid'],
    tokenVersion: payload['ver'],
    expiresAt: (payload.exp ?? 0) * 1000,
  };
}

/** Which contact a browser is. It does not run out: losing it would make a new contact of a known person. */
export interface VisitorClaims {
  siteId: string;
  contactId: string;
}

/** Signs a visitor token. */
export const signVisitor = (keys: Keys, claims: VisitorClaims): Promise<string> => sign(keys, 'visitor', { ...claims });

/** Claims of a visitor token; undefined when it is damaged or foreign. */
export async function verifyVisitor(keys: Keys, token: string): Promise<VisitorClaims | undefined> {
  const payload = await verify(keys, 'visitor', token);
  const siteId = payload?.['siteId'];
  const contactId = payload?.['contactId'];
  return typeof siteId === 'string' && typeof contactId === 'string' ? { siteId, contactId } : undefined;
}

/** Whether a word is a role. */
export const isRole = (value: unknown): value is Role => ROLES.includes(value as Role);
