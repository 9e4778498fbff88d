import { appError } from '@beseda/errors';
import { type JWTPayload, SignJWT, jwtVerify } from 'jose';
import { ROLES, type Role, VISIBILITIES } from '@beseda/api';
import { z } from 'zod';
import type { Actor } from './actor.js';
import type { KeyPurpose, Keys } from './keys.js';

const ALG = 'HS256';
/** Clocks of two machines may differ this much; seconds. */
const CLOCK_TOLERANCE = 5;
const DAY = 24 * 3_600;

/** An actor token lives this long; it is made anew for every call. Seconds. */
export const ACTOR_TOKEN_SECONDS = 60;
/** An access token lives this long; seconds. */
export const ACCESS_TOKEN_SECONDS = 600;
/** A visitor token ends when its browser has not opened the widget for this long: each session gives a new one. Seconds. */
export const VISITOR_TOKEN_SECONDS = 180 * DAY;

/** Claims end up in filters of the database: each is a word, whoever signed it. */
const id = z.string().min(1).max(200);
const operatorActor = z.object({
  kind: z.literal('operator'),
  id,
  siteId: id,
  role: z.enum(ROLES),
  visibility: z.enum(VISIBILITIES).exactOptional(),
  noContactExport: z.literal(true).exactOptional(),
  noMassMailing: z.literal(true).exactOptional(),
});
const actorClaims = z.object({
  actor: z.discriminatedUnion('kind', [
    operatorActor,
    z.object({ kind: z.literal('contact'), id, siteId: id }),
    z.object({ kind: z.literal('service'), id, siteId: id.exactOptional() }),
  ]),
});
const version = z.int().nonnegative();
const accessClaims = z.object({ sub: id, sid: id, ver: version, exp: z.int() });
const visitorClaims = z.object({ siteId: id, contactId: id, secretVersion: version.exactOptional() });

async function sign(keys: Keys, purpose: KeyPurpose, claims: JWTPayload, seconds: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: ALG }).setIssuedAt(now);
  return jwt.setExpirationTime(now + seconds).sign(keys.get(purpose));
}

/** The claims of a token that was issued within the last so many seconds, for no longer than that. */
async function verify<T>(
  keys: Keys,
  purpose: KeyPurpose,
  token: string,
  { seconds, claims }: { seconds: number; claims: z.ZodType<T> },
): Promise<T | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys.get(purpose), {
      algorithms: [ALG],
      clockTolerance: CLOCK_TOLERANCE,
      // Also requires `iat`, and refuses one of the future.
      maxTokenAge: seconds,
      // Visitors' tokens had none once: their age ends them all the same.
      requiredClaims: purpose === 'visitor' ? [] : ['exp'],
    });
    if ((payload.exp ?? 0) > Date.now() / 1000 + seconds + CLOCK_TOLERANCE) return undefined;
    return claims.safeParse(payload).data;
  } catch {
    // Damaged, foreign or too old: all the same to the caller, who must get a new one.
    return undefined;
  }
}

/** Signs who acts, for the metadata of one gRPC call. */
export const signActor = (keys: Keys, actor: Actor): Promise<string> =>
  sign(keys, 'actor', { actor }, ACTOR_TOKEN_SECONDS);

/** The actor of a token; UNAUTHENTICATED when it is damaged, foreign, too old or says what no actor is. */
export async function verifyActor(keys: Keys, token: string | undefined): Promise<Actor> {
  const rule = { seconds: ACTOR_TOKEN_SECONDS, claims: actorClaims };
  const found = token ? await verify(keys, 'actor', token, rule) : undefined;
  if (!found) throw appError('UNAUTHENTICATED', 'The call carries no valid actor token.');
  return found.actor;
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
  const found = await verify(keys, 'access', token, { seconds: ACCESS_TOKEN_SECONDS, claims: accessClaims });
  return found && { operatorId: found.sub, sessionId: found.sid, tokenVersion: found.ver, expiresAt: found.exp * 1000 };
}

/** Which contact a browser is. */
export interface VisitorClaims {
  siteId: string;
  contactId: string;
  /** The site has proven who this is, with this version of its identity secret; absent: nobody has. */
  secretVersion?: number;
}

/** Signs a visitor token of {@link VISITOR_TOKEN_SECONDS}. */
export const signVisitor = (keys: Keys, claims: VisitorClaims): Promise<string> =>
  sign(keys, 'visitor', { ...claims }, VISITOR_TOKEN_SECONDS);

/** Claims of a visitor token; undefined when it is damaged, foreign or was not used for too long. */
export const verifyVisitor = (keys: Keys, token: string): Promise<VisitorClaims | undefined> =>
  verify(keys, 'visitor', token, { seconds: VISITOR_TOKEN_SECONDS, claims: visitorClaims });

/** Whether a word is a role. */
export const isRole = (value: unknown): value is Role => ROLES.includes(value as Role);
