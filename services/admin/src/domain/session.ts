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
  expiresAt: Date;
}

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
