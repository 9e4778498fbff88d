import type { dialogsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from './callers.js';
import { DialogStore, type EventPart, type StoredDialog } from './ports.js';
import { viewEvents } from './view-events.js';

/** Events of one answer to "what have I missed?"; who asks comes again until every head is reached. */
export const MAX_RESUMED_EVENTS = 500;

/** Events of dialogs, gap-free, as the caller may see them. */
@Injectable()
export class ListEventsHandler {
  constructor(@Inject(DialogStore) private readonly dialogs: DialogStore) {}

  async list(caller: Caller, dialogId: string, part: EventPart): Promise<dialogsV1.ListEventsResponse> {
    const stored = await this.dialogs.find(caller.scope, dialogId);
    if (!stored) throw appError('NOT_FOUND', 'There is no such dialog.');
    return { events: await this.#read(caller, stored, part), head: stored.dialog.seq };
  }

  /** What was missed in several dialogs after the seqs given. A dialog the caller may not see is left out. */
  async resume(caller: Caller, known: ReadonlyMap<string, number>): Promise<dialogsV1.ResumeResponse> {
    const stored = await this.dialogs.findMany(caller.scope, [...known.keys()]);
    const events: dialogsV1.DialogEvent[] = [];
    for (const dialog of stored) {
      const limit = MAX_RESUMED_EVENTS - events.length;
      const afterSeq = known.get(dialog.id) ?? 0;
      if (limit === 0 || afterSeq >= dialog.dialog.seq) continue;
      events.push(...(await this.#read(caller, dialog, { afterSeq, limit })));
    }
    return { events, heads: Object.fromEntries(stored.map(({ id, dialog }) => [id, dialog.seq])) };
  }

  async #read(caller: Caller, stored: StoredDialog, part: EventPart): Promise<dialogsV1.DialogEvent[]> {
    return viewEvents(caller, await this.dialogs.events(caller.scope, stored, part));
  }
}
