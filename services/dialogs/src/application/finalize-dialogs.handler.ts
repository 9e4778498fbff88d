import { siteScope } from '@beseda/auth';
import { Inject, Injectable } from '@nestjs/common';
import { type Who, timersOf } from '../domain/index.js';
import { Clock } from './clock.js';
import { DialogWriter } from './dialog-writer.js';
import { DialogStore, SiteRules, type StoredDialog } from './ports.js';

/** Dialogs looked at in one go. */
const BATCH = 50;
const TIMER: Who = { kind: 'service', id: 'dialogs' };

/** Closes dialogs for good whose reopen window has passed. Any replica may do it, also several at once: it has effect once. */
@Injectable()
export class FinalizeDialogsHandler {
  constructor(
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(DialogWriter) private readonly writer: DialogWriter,
    @Inject(SiteRules) private readonly rules: SiteRules,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Handles what is due now; gives how many dialogs it looked at. */
  async handle(): Promise<number> {
    const due = await this.dialogs.due(this.clock.now(), BATCH);
    for (const stored of due) await this.#elapse(stored);
    return due.length;
  }

  async #elapse(stored: StoredDialog): Promise<void> {
    const scope = siteScope(stored.siteId);
    const reopenWindowMs = this.rules.reopenWindowMs(stored.siteId);
    const outcome = await this.writer.change(stored.id, { scope, by: TIMER, wish: { type: 'elapse', reopenWindowMs } });
    if ('earlier' in outcome || outcome.events.length > 0) return;
    // Not yet: the site's window has become longer since the dialog was closed.
    await this.dialogs.setTimers(scope, outcome.stored, timersOf(outcome.stored.dialog, reopenWindowMs));
  }
}
