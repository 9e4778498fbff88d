import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import { DialogStore, ReadMarks } from './ports.js';

/** An operator has read a dialog up to a seq. It concerns nobody else, so it is no event. */
@Injectable()
export class MarkReadHandler {
  constructor(
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(ReadMarks) private readonly marks: ReadMarks,
  ) {}

  async handle(scope: SiteScope, operatorId: string, dialogId: string, seq: number): Promise<void> {
    const stored = await this.dialogs.find(scope, dialogId);
    if (!stored) throw appError('NOT_FOUND', 'There is no such dialog.');
    await this.marks.raise(scope, operatorId, dialogId, Math.min(seq, stored.dialog.seq));
  }
}
