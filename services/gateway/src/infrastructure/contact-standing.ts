import type { ContactActor } from '@beseda/auth';
import { AppError } from '@beseda/errors';
import type { Standing } from '../application/known-contacts.js';
import type { Backends } from './backends.js';

/** Nobody waits longer for this: the widget goes on without the answer. Milliseconds. */
const DEADLINE_MS = 2_000;

/**
 * What the owner of contacts says of one. Undefined on an outage: then the token's word is enough, so that visitors can write
 * while that service is away.
 */
export const standingOf =
  (backends: Backends) =>
  async (actor: ContactActor): Promise<Standing | undefined> => {
    try {
      const request = { contactId: actor.id };
      const { contact } = await backends.contacts.call('getContact', request, { actor, deadlineMs: DEADLINE_MS });
      return contact?.verified ? 'verified' : 'anonymous';
    } catch (error) {
      // Merged into another, or the token is of another time.
      return error instanceof AppError && error.code === 'NOT_FOUND' ? 'gone' : undefined;
    }
  };
