import { createHash } from 'node:crypto';
import { type Keys, seal, unseal } from '@beseda/auth';
import { z } from 'zod';
import { TICKET_MS } from '../../domain/one-time.js';

const CONTEXT = 'login-ticket';

const claims = z.strictObject({
  operatorId: z.string(),
  /** The steps that are behind. */
  done: z.array(z.enum(['code', 'password'])),
  /** Stands for the password that was right: another one makes the ticket worthless. */
  proof: z.string(),
  /** Milliseconds since the epoch. */
  until: z.number(),
});

/** How far a login has come. */
export type TicketClaims = z.output<typeof claims>;

/** Stands for a password hash in a ticket. */
export const proofOf = (passwordHash: string): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 22);

/** A sealed ticket of {@link TICKET_MS}: nobody but us reads it, nobody but us makes one. */
export const makeTicket = (keys: Keys, ticket: Omit<TicketClaims, 'until'>, now: Date): string =>
  seal(keys, CONTEXT, JSON.stringify({ ...ticket, until: now.getTime() + TICKET_MS })).toString('base64url');

/** What a ticket says; undefined when it is damaged, foreign or too old. */
export function readTicket(keys: Keys, ticket: string, now: Date): TicketClaims | undefined {
  try {
    const read = claims.parse(JSON.parse(unseal(keys, CONTEXT, Buffer.from(ticket, 'base64url'))));
    return read.until > now.getTime() ? read : undefined;
  } catch {
    // Damaged or foreign: the cipher's tag does not fit. To the caller that is the same as too old.
    return undefined;
  }
}
