import type { SiteScope } from '@beseda/auth';
import { Inject, Injectable } from '@nestjs/common';
import { type Assign, type Dialog, type DialogWish, type RecordReceipt, type Who, cleanTags } from '../domain/index.js';
import { DialogWriter } from './dialog-writer.js';
import { SiteRules, TagCatalogue } from './ports.js';

/** What changes the state of a dialog without a text: repeating it changes nothing more. Each answers with the dialog. */
@Injectable()
export class ChangeDialogHandler {
  constructor(
    @Inject(DialogWriter) private readonly writer: DialogWriter,
    @Inject(SiteRules) private readonly rules: SiteRules,
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
    return this.#change(scope, by, dialogId, { type: 'assign', ...wish });
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
