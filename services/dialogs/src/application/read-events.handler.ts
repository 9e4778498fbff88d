import type { SiteScope } from '@beseda/auth';
import type { dialogsV1 } from '@beseda/contracts';
import { invalidField } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import { DialogStore, type StoredDialog } from './ports.js';

/** Events of one message of the stream. */
const PAGE = 200;
/** Dialogs looked up at once. */
const DIALOGS = 50;

/**
 * The log of a site: every event, dialog after dialog in the order of their ids (which is the order they began in), each
 * contiguous. It ends at the present. A projection rebuilds itself from it and then goes on by the bus: events that came to
 * dialogs it had passed arrive there, and a hole is fetched with `dialogId` and `afterSeq`.
 */
@Injectable()
export class ReadEventsHandler {
  constructor(@Inject(DialogStore) private readonly dialogs: DialogStore) {}

  /** One dialog after a seq. */
  async *ofDialog(scope: SiteScope, dialogId: string, afterSeq: number): AsyncGenerator<dialogsV1.ReadEventsResponse> {
    const stored = await this.dialogs.find(scope, dialogId);
    if (stored) yield* this.#read(scope, stored, afterSeq);
  }

  /** Everything after a cursor: a place in a dialog. */
  async *after(scope: SiteScope, cursor: string): AsyncGenerator<dialogsV1.ReadEventsResponse> {
    const place = cursor === '' ? { dialogId: '', seq: 0 } : placeOf(cursor);
    if (place.dialogId !== '') yield* this.ofDialog(scope, place.dialogId, place.seq);
    let last = place.dialogId;
    for (;;) {
      const dialogs = await this.dialogs.page(scope, last, DIALOGS);
      for (const stored of dialogs) yield* this.#read(scope, stored, 0);
      const end = dialogs.at(-1);
      if (!end || dialogs.length < DIALOGS) return;
      last = end.id;
    }
  }

  async *#read(scope: SiteScope, stored: StoredDialog, afterSeq: number): AsyncGenerator<dialogsV1.ReadEventsResponse> {
    for (let seq = afterSeq; seq < stored.dialog.seq; seq += PAGE) {
      const events = await this.dialogs.events(scope, stored, { afterSeq: seq, limit: PAGE });
      const upTo = events.at(-1)?.envelope?.seq ?? seq;
      yield { events, cursor: Buffer.from(`${upTo}.${stored.id}`).toString('base64url') };
    }
  }
}

function placeOf(cursor: string): { dialogId: string; seq: number } {
  const [, seq, dialogId] = /^(\d{1,16})\.(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (seq === undefined || dialogId === undefined)
    throw invalidField('cursor', 'invalid', 'The cursor is not one of this log.');
  return { dialogId, seq: Number(seq) };
}
