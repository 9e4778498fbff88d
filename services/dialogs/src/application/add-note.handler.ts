import type { SiteScope } from '@beseda/auth';
import { Inject, Injectable } from '@nestjs/common';
import type { Who } from '../domain/index.js';
import { DialogWriter } from './dialog-writer.js';
import { newId } from './ids.js';
import { type Posted, postedOf, sendKey } from './sends.js';

/** An operator writes something for colleagues only. */
@Injectable()
export class AddNoteHandler {
  constructor(@Inject(DialogWriter) private readonly writer: DialogWriter) {}

  async handle(
    scope: SiteScope,
    by: Who,
    note: { dialogId: string; clientMessageId: string; text: string },
  ): Promise<Posted> {
    const { dialogId, clientMessageId, text } = note;
    const wish = { type: 'add-note', noteId: newId(), clientMessageId, text } as const;
    const sendKeys = [sendKey(scope.siteId, by, clientMessageId)];
    return postedOf(await this.writer.change(dialogId, { scope, by, wish, sendKeys, dialogId }));
  }
}
