/** How long a session lives without being used; milliseconds. Each refresh starts it anew. */
export const SESSION_MS = 30 * 24 * 3_600_000;
/** A refresh token that was replaced works this long all the same: two tabs at once, an answer that got lost. Milliseconds. */
export const REPEAT_MS = 30_000;
/** Replaced tokens that are remembered; each is forgotten after {@link REPEAT_MS}, so more than these is no browser. */
export const REMEMBERED_ROTATIONS = 20;

/** When a refresh token was replaced by the next one. */
export interface Rotation {
  generation: number;
  at: Date;
}

/** One sign-in of an operator on one browser. */
export interface Session {
  id: string;
  operatorId: string;
  /** The operator's token version when the session began; a higher one ends it. */
  tokenVersion: number;
  /** Number of the refresh token that is good now. */
  generation: number;
  rotations: Rotation[];
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  address: string;
  userAgent: string;
}

/** A login that is over before its access tokens are: gateways refuse them. */
export interface EndedSession {
  sessionId: string;
  endedAt: Date;
}

/** The one session that goes on although a raised token version has ended all others. */
export interface KeptSession {
  sessionId: string;
  /** Good until the version is raised again. */
  tokenVersion: number;
}

/** Access tokens live ten minutes; with a minute for clocks that differ, none is left after this. Milliseconds. */
export const ENDED_KEPT_MS = 11 * 60_000;
/** More ended sessions than these make the published state large: then a new token version ends all at once. */
export const MAX_ENDED = 50;

export type RefreshDecision = 'advance' | 'repeat' | 'end';

/**
 * What happens when a refresh token is shown: the present one is replaced; one replaced a moment ago gets the present one
 * again, so nobody is logged out by two tabs or a lost answer; any other means that somebody kept a copy, and the session ends.
 */
export function decideRefresh(
  session: Pick<Session, 'generation' | 'rotations'>,
  shown: number,
  now: Date,
): RefreshDecision {
  if (shown === session.generation) return 'advance';
  const replaced = session.rotations.find((rotation) => rotation.generation === shown);
  return replaced && now.getTime() - replaced.at.getTime() <= REPEAT_MS ? 'repeat' : 'end';
}

/** What ending sessions makes of an operator. */
export interface EndedSessions {
  endedSessions: EndedSession[];
  tokenVersion: number;
}

/**
 * Ends sessions one by one: their access tokens are refused as long as they would live. Too many of them raise the token
 * version instead, which ends every session that is not kept.
 */
export function endSessions(
  { endedSessions, tokenVersion }: EndedSessions,
  ids: readonly string[],
  now: Date,
): EndedSessions {
  const kept = endedSessions.filter(
    ({ sessionId, endedAt }) => now.getTime() - endedAt.getTime() < ENDED_KEPT_MS && !ids.includes(sessionId),
  );
  const all = [...kept, ...ids.map((sessionId) => ({ sessionId, endedAt: now }))];
  return all.length > MAX_ENDED
    ? { endedSessions: [], tokenVersion: tokenVersion + 1 }
    : { endedSessions: all, tokenVersion };
}

/** Whether a session is good for its operator as the operator is now. */
export function sessionLives(
  session: Pick<Session, 'id' | 'tokenVersion'>,
  operator: { tokenVersion: number; keptSession?: KeptSession | undefined },
): boolean {
  if (session.tokenVersion === operator.tokenVersion) return true;
  const kept = operator.keptSession;
  return kept?.sessionId === session.id && kept.tokenVersion === operator.tokenVersion;
}
