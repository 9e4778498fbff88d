import { appError } from '@beseda/errors';
import { AGAIN, retry } from '@beseda/timers';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { runsSite, sitesLosing } from '../domain/rights.js';
import { LocksRepository } from '../infrastructure/mongo/locks.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';

const LOCK = 'superadmins';
/** One owner has the lock this long at most, so that one who died holds up nobody for long. Milliseconds. */
const LOCK_MS = 15_000;
/** What is left of it for the write itself: nobody begins one later. Milliseconds. */
const MARGIN_MS = 7_000;
const WAIT_MS = 8_000;
/** Between two looks at the lock. */
const PAUSES = { firstMs: 50, longestMs: 50 };

/** Refuses a change after which some site would have no superadmin. Asked inside the decision about the change. */
export type AssertOthers = (before: OperatorDocument, after: Partial<OperatorDocument>, path: string) => void;

/**
 * Sites keep a superadmin. Two superadmins are two documents, so "is there another one?" and "this one is none any more" cannot
 * be one write; whatever may take a superadmin away runs one at a time in the whole installation.
 */
@Injectable()
export class Superadmins {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly locks: LocksRepository,
  ) {}

  /** @throws AppError ABORTED when others hold the lock all the time */
  async guarded<T>(work: (assertOthers: AssertOthers) => Promise<T>): Promise<T> {
    const owner = v7();
    const until = await this.#take(owner);
    try {
      const all = await this.operators.superadmins();
      return await work((before, after, path) => {
        if (Date.now() > until - MARGIN_MS) throw appError('ABORTED', 'This took too long. Try again.');
        const alone = sitesLosing(before, { ...before, ...after }).find(
          (siteId) => !all.some((other) => other._id !== before._id && runsSite(other, siteId)),
        );
        if (alone !== undefined) throw lastSuperadmin(path);
      });
    } finally {
      await this.locks.release(LOCK, owner);
    }
  }

  #take(owner: string): Promise<number> {
    const take = async () => {
      const now = Date.now();
      return (await this.locks.take(LOCK, owner, new Date(now), new Date(now + LOCK_MS))) ? now + LOCK_MS : AGAIN;
    };
    const exhausted = () => appError('ABORTED', 'Others change superadmins right now. Try again.');
    return retry(take, { ...PAUSES, until: Date.now() + WAIT_MS, exhausted });
  }
}

function lastSuperadmin(path: string): Error {
  const message = 'A site needs a superadmin, and this is the last one who can sign in.';
  return appError('FAILED_PRECONDITION', message, { fields: [{ path, code: 'last_superadmin', message }] });
}
