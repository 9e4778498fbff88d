import { Limiter } from '@beseda/queues';

/** Resumes asked of the dialogs service at once, over all sockets. */
export const RESUMES_AT_ONCE = 64;

/**
 * The turns of resumes. After a restart every client resumes in the same second: answered one after another each gets its answer
 * in time, asked all at once nobody does.
 */
export class ResumeLimiter extends Limiter {
  constructor() {
    super(RESUMES_AT_ONCE);
  }
}
