import { type SiteScope, siteScope } from '@beseda/auth';
import { AppError } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Assign,
  type Dialog,
  type DialogEventType,
  type DialogWish,
  type RecordReceipt,
  type Who,
  cleanTags,
} from '../domain/index.js';
import { DialogWriter } from './dialog-writer.js';
import { DialogStore, SiteRules, TagCatalogue } from './ports.js';

/** Events looked through for a hand-over that is asked for again: a repeat comes within the deadline of its call. */
const LATELY = 20;
const ASSIGNMENTS: ReadonlySet<string> = new Set<DialogEventType>(['dialog.assigned', 'dialog.unassigned']);

/** What changes the state of a dialog without a text: repeating it changes nothing more. Each answers with the dialog. */
@Injectable()
export class ChangeDialogHandler {
  constructor(
    @Inject(DialogWriter) private readonly writer: DialogWriter,
    @Inject(SiteRules) private readonly rules: SiteRules,
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(TagCatalogue) private readonly catalogue: TagCatalogue,
  ) {}

  /** Tags by names they have no more get their present ones: a screen may be older than the catalogue. */
  async setTags(scope: SiteScope, by: Who, dialogId: string, tags: readonly string[]): Promise<Dialog> {
    const names = this.catalogue.namesOf(scope.siteId);
    const present = cleanTags(tags).map((tag) => names.given(tag));
    return this.#change(scope, by, dialogId, { type: 'set-tags', tags: present });
  }

  async assign(scope: SiteScope, by: Who, dialogId: string, wish: Omit<Assign, 'type'>): Promise<Dialog> {
    if (wish.operatorId !== undefined) await this.rules.assertOperator(scope.siteId, wish.operatorId);
    try {
      return await this.#change(scope, by, dialogId, { type: 'assign', ...wish });
    } catch (error) {
      // A hand-over whose answer was lost is asked for again when its dialog is out of sight already.
      const done =
        error instanceof AppError && error.code === 'NOT_FOUND' && (await this.#handedOver(scope, by, dialogId));
      if (!done || done.assigneeId !== wish.operatorId) throw error;
      return done;
    }
  }

  /** The dialog if it was the viewer himself who gave it away lately, and nobody did anything about that since. */
  async #handedOver({ siteId, viewer }: SiteScope, by: Who, dialogId: string): Promise<Dialog | undefined> {
    const site = siteScope(siteId);
    const stored = viewer && (await this.dialogs.find(site, dialogId));
    if (!stored) return undefined;
    const part = { beforeSeq: stored.dialog.seq + 1, limit: LATELY };
    const events = await this.dialogs.events(site, stored, part);
    const last = events.findLast(({ envelope }) => ASSIGNMENTS.has(envelope?.type ?? ''));
    return last?.envelope?.actor?.id === by.id ? stored.dialog : undefined;
  }

  close(scope: SiteScope, by: Who, dialogId: string): Promise<Dialog> {
    return this.#change(scope, by, dialogId, { type: 'close' });
  }

  reopen(scope: SiteScope, by: Who, dialogId: string): Promise<Dialog> {
    return this.#change(scope, by, dialogId, { type: 'reopen' });
  }

  recordReceipt(scope: SiteScope, by: Who, dialogId: string, wish: Omit<RecordReceipt, 'type'>): Promise<Dialog> {
    return this.#change(scope, by, dialogId, { type: 'record-receipt', ...wish });
  }

  async #change(scope: SiteScope, by: Who, dialogId: string, wish: DialogWish): Promise<Dialog> {
    const outcome = await this.writer.change(dialogId, { scope, by, wish });
    if ('earlier' in outcome) throw new TypeError('only sends have been made before');
    return outcome.stored.dialog;
  }
}
