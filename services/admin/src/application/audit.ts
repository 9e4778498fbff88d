import type { Actor } from '@beseda/auth';
import { AppError, isRetryable } from '@beseda/errors';
import { type ClientInfo, clientInfo } from '@beseda/grpc';
import { LOGGER, type Logger, Timers } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 } from 'uuid';
import { type AuditChange, changesBetween } from '../domain/audit.js';
import { AuditRepository } from '../infrastructure/mongo/audit.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { AuditFacts, AuditGuard, AuditIntentDocument } from '../infrastructure/mongo/system.documents.js';

/** Who does what to what. */
export interface AuditAbout {
  /** The site in whose log it belongs; undefined: the installation as a whole, or see {@link AuditAbout.siteIds}. */
  siteId: string | undefined;
  /** The logs of these sites instead, as for something about an operator of several sites. */
  siteIds?: readonly string[];
  /** Undefined: Beseda itself, or the command line. */
  actor: Actor | undefined;
  /** `<subject>.<what was done>`, such as `operator.disabled`. */
  action: string;
  /** Kind of what is changed, such as `operator`. */
  subject: string;
  subjectId: string;
  /** Its name at that time. */
  subjectName: string;
  /** As it is before; absent: it is being made. Secrets are masked by the names of their keys. */
  before?: object | undefined;
  /** As it is meant to become; absent: it goes away. */
  after?: object | undefined;
  /** Where it comes from, where that is known better than from the call. */
  from?: ClientInfo;
}

/** What a change came to. */
export interface AuditOutcome<T> {
  result: T;
  /** `false`: nothing was changed after all (somebody else was faster), so there is nothing to note. */
  done?: boolean;
  /** What it really was before and has become, where that is known better than it was before the change. */
  before?: object | undefined;
  after?: object | undefined;
  subjectId?: string;
  subjectName?: string;
}

interface Begun {
  about: AuditAbout;
  intent: AuditIntentDocument;
}

/** Whoever began a change has settled it after this long: calls have deadlines of seconds. Milliseconds. */
const SETTLE_MS = 120_000;
const SWEEP_MS = 30_000;
const BATCH = 100;
/** What cannot be settled is looked at again after this. Milliseconds. */
const POSTPONE_MS = 3_600_000;
/** Added to an entry of which nobody can say whether the change took place. */
const UNKNOWN: AuditChange = { path: 'outcome', before: '', after: JSON.stringify('unknown') };
/** After these the work has surely not been done; after others (an outage, a deadline) nobody knows. */
const REFUSALS: ReadonlySet<string> = new Set([
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'ABORTED',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
]);

/**
 * The audit log: who changed what, from where.
 *
 * An entry must not be lost in a crash between the change and the entry, so the entry is written first, as an intent:
 *
 * ```ts
 * const team = await audit.change(
 *   { siteId, actor, action: 'team.updated', subject: 'team', subjectId: id, subjectName: old.name, before: old, after: planned },
 *   async () => { const stored = await teams.update(…); return { result: stored, after: stored }; },
 *   { collection: 'teams', id, version: old.version },
 * );
 * ```
 *
 * The work throws a refusal (not found, a stale version): the intent is dropped. The process dies: a sweeper settles the intent
 * two minutes later by the guard's version. Unchanged, it did not happen and the intent is dropped; else the entry is written as
 * it was planned. Without a guard, or where a failure leaves it open, the entry says that its outcome is unknown. So after an
 * outage a change may be told twice, never not at all.
 */
@Injectable()
export class Audit implements OnApplicationBootstrap {
  constructor(
    private readonly repository: AuditRepository,
    private readonly operators: OperatorsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    this.timers.every({
      name: 'audit',
      ms: SWEEP_MS,
      run: () => this.settle(new Date()),
      failed: 'entries of the audit log could not be settled',
    });
  }

  /**
   * Does a change and notes it. A change that changes nothing (`before` and `after` say the same) is not noted.
   * @param about several: one change that different logs tell differently (a role on each of several sites)
   * @param guard how to tell after a crash whether it was done; the version is the one before the change, 0 for something new
   */
  async change<T>(
    about: AuditAbout | readonly AuditAbout[],
    work: () => Promise<AuditOutcome<T>>,
    guard?: AuditGuard,
  ): Promise<T> {
    const abouts = Array.isArray(about) ? (about as readonly AuditAbout[]) : [about as AuditAbout];
    const begun: Begun[] = [];
    for (const one of abouts) begun.push(await this.#begin(one, guard));
    let outcome: AuditOutcome<T>;
    try {
      outcome = await work();
    } catch (error) {
      // A refusal leaves nothing to note. Anything else may have been done all the same: the sweeper looks.
      if (error instanceof AppError && REFUSALS.has(error.code)) {
        for (const { intent } of begun) await this.#quietly(() => this.repository.drop(intent._id));
      }
      throw error;
    }
    for (const one of begun) await this.#quietly(() => this.#settleKnown(one, outcome));
    return outcome.result;
  }

  /**
   * Notes something that needs no guard: it has no state of its own (a sign-in), or its entry may come before the fact. Where
   * `before` and `after` are given and say the same, nothing is noted.
   */
  async record(about: AuditAbout): Promise<void> {
    const intent = await this.#intent(about);
    if (isIdle(about.before, about.after, intent.changes)) return;
    await this.repository.write(intent);
  }

  /** Settles what a crash or an outage left open. @returns how many intents were looked at */
  async settle(now: Date): Promise<number> {
    const left = await this.repository.left(now, BATCH);
    for (const intent of left) {
      try {
        await this.#settleLeft(intent);
      } catch (error) {
        if (isRetryable(error)) throw error;
        // A defect: one intent that cannot be settled must not hold up all others for ever.
        this.logger.error({ err: error, intent: intent._id }, 'an entry of the audit log cannot be settled');
        await this.repository.postpone(intent._id, new Date(now.getTime() + POSTPONE_MS));
      }
    }
    return left.length;
  }

  async #settleLeft(intent: AuditIntentDocument): Promise<void> {
    const { guard } = intent;
    if (guard && (await this.repository.versionOf(guard)) === guard.version) return this.repository.drop(intent._id);
    await this.repository.confirm(guard ? intent : { ...intent, changes: [...intent.changes, UNKNOWN] });
  }

  async #begin(about: AuditAbout, guard: AuditGuard | undefined): Promise<Begun> {
    const intent = await this.#intent(about, guard);
    await this.repository.intend(intent);
    return { about, intent };
  }

  async #settleKnown<T>({ about, intent }: Begun, outcome: AuditOutcome<T>): Promise<void> {
    if (outcome.done === false) return this.repository.drop(intent._id);
    const before = 'before' in outcome ? outcome.before : about.before;
    const after = 'after' in outcome ? outcome.after : about.after;
    const changes = changesBetween(before, after);
    if (isIdle(before, after, changes)) return this.repository.drop(intent._id);
    const { subjectId = intent.subjectId, subjectName = intent.subjectName } = outcome;
    await this.repository.confirm({ ...intent, changes, subjectId, subjectName });
  }

  /** The change is done: a failure to note it now must not make it look undone. The intent is there, the sweeper finishes. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // An outage of the database, most likely.
      this.logger.warn({ err: error }, 'an entry of the audit log waits to be settled');
    }
  }

  async #intent(about: AuditAbout, guard?: AuditGuard): Promise<AuditIntentDocument> {
    const { actor, action, subject, subjectId, subjectName, siteId } = about;
    const operator = actor?.kind === 'operator' ? await this.operators.byId(actor.id) : undefined;
    const facts = {
      sites: about.siteIds ?? [siteId],
      ...(about.from ?? clientInfo()),
      ...(actor?.kind === 'operator' ? { operatorId: actor.id } : {}),
      operatorName: operator ? operator.internalName || operator.name : '',
      ...{ action, subject, subjectId, subjectName },
      changes: changesBetween(about.before, about.after),
    };
    return makeIntent(facts, guard);
  }
}

/** What an intent says, with the sites in whose logs it belongs. */
export interface IntentFacts extends AuditFacts {
  sites: readonly (string | undefined)[];
}

/** An intent as it is stored; Beseda settles it by the guard unless whoever made it has done so in two minutes. */
export function makeIntent({ sites, userAgent, ...facts }: IntentFacts, guard?: AuditGuard): AuditIntentDocument {
  return {
    _id: v7(),
    entries: [...new Set(sites)].map((site) => ({ id: v7(), ...(site === undefined ? {} : { siteId: site }) })),
    settleAt: new Date(Date.now() + SETTLE_MS),
    ...facts,
    userAgent: userAgent.slice(0, 500),
    ...(guard ? { guard: { source: guard.collection, id: guard.id, version: guard.version } } : {}),
  };
}

/** Whether both states are known and say the same. */
const isIdle = (before: object | undefined, after: object | undefined, changes: readonly AuditChange[]): boolean =>
  before !== undefined && after !== undefined && changes.length === 0;
