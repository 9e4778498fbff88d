import type { SiteScope } from '@beseda/auth';
import type { dialogsV1 } from '@beseda/contracts';
import { correlationId } from '@beseda/grpc';
import { InjectModel, MongoRepository, bytesOf, isDuplicateKey } from '@beseda/mongo';
import { Outbox, assertOutboxRoom, pushToOutbox, readWithOutbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { newId } from '../../application/ids.js';
import {
  type Change,
  type CommitResult,
  type ContactBrief,
  type CountedBy,
  type DialogFilter,
  DialogStore,
  type EarlierSend,
  type EventPart,
  type ListPosition,
  type StoredDialog,
  type TaggedQuery,
} from '../../application/ports.js';
import { type DialogScope, NOBODY } from '../../application/visibility.js';
import { type DialogStatus, GENESIS, MAX_TOKENS, type Timer } from '../../domain/index.js';
import { type LoadedDialog, RECENT_SENDS, loaded, newDocument, newWords, stateChange } from './dialog-codec.js';
import { DIALOG_OUTBOX } from './dialog-outbox.js';
import type { DialogDocument, EventEntry } from './documents.js';
import { earlierSendOf, entriesOf, eventOf, sendKeysOf } from './event-codec.js';
import { type Filter, NEWEST_FIRST, after, countQuery, listQuery, scoped } from './list-query.js';

/** Dialogs in MongoDB: one document each; a commit is one conditional update of it. */
@MongoRepository()
export class DialogRepository extends DialogStore {
  constructor(
    @InjectModel('Dialog') private readonly dialogs: Model<DialogDocument>,
    @InjectModel('DialogEvent') private readonly timeline: Model<EventEntry>,
    @Inject(DIALOG_OUTBOX) private readonly outbox: Outbox<DialogDocument>,
  ) {
    super();
  }

  async find(scope: DialogScope, dialogId: string): Promise<StoredDialog | undefined> {
    const found = this.dialogs.findOne({ _id: dialogId, ...scoped(scope) }).hint('_id_');
    const document = await found.lean<DialogDocument>();
    return document ? loaded(document) : undefined;
  }

  async findMany(scope: DialogScope, dialogIds: readonly string[]): Promise<StoredDialog[]> {
    if (dialogIds.length === 0) return [];
    const query = { _id: { $in: [...dialogIds] }, ...scoped(scope) };
    return (await this.dialogs.find(query).hint('_id_').lean<DialogDocument[]>()).map(loaded);
  }

  async findUnfinished(scope: SiteScope, contactId: string): Promise<StoredDialog[]> {
    const query: Filter = { siteId: scope.siteId, 'contact.id': contactId, status: { $in: ['open', 'closed'] } };
    return (await this.dialogs.find(query).hint('unfinished_of_contact').lean<DialogDocument[]>()).map(loaded);
  }

  /** The outbox first: an event is in the timeline before it leaves the outbox, so it is seen in one of them. */
  async findSend({ siteId }: SiteScope, sendKeys: readonly string[]): Promise<EarlierSend | undefined> {
    const keys = { $in: [...sendKeys] };
    const waiting = await this.dialogs
      .findOne({ 'outbox.sendKey': keys, siteId }, { outbox: 1 })
      .hint('send_in_outbox')
      .lean<Pick<DialogDocument, 'outbox'>>();
    const entry =
      waiting?.outbox.find(({ sendKey }) => sendKey !== undefined && sendKeys.includes(sendKey)) ??
      (await this.timeline
        .findOne({ sendKey: keys, siteId }, { dialogId: 1, type: 1, seq: 1, body: 1 })
        .lean<Pick<EventEntry, '_id' | 'dialogId' | 'type' | 'seq' | 'body'>>());
    return entry ? earlierSendOf(entry) : undefined;
  }

  async insert({ siteId }: SiteScope, contact: ContactBrief, change: Change): Promise<StoredDialog | undefined> {
    const id = newId();
    const end = { siteId, dialogId: id, seq: 0, hash: GENESIS, correlationId: correlationId() };
    // The seqs say "older than anything heard": the contact's next event sets its fields.
    const brief = {
      id: contact.id,
      name: contact.name,
      nameSeq: 0,
      email: contact.email,
      emailSeq: 0,
      phone: contact.phone,
      phoneSeq: 0,
    };
    const document = newDocument(id, siteId, brief, change, entriesOf(end, change.events), new Date());
    try {
      await this.dialogs.create(document);
    } catch (error) {
      // Somebody else started the thread's dialog first: the message goes there.
      if (isDuplicateKey(error, 'open_of_thread') || isDuplicateKey(error, 'recent_send')) return undefined;
      throw error;
    }
    this.outbox.drain(document);
    return loaded(document);
  }

  async commit(scope: DialogScope, before: StoredDialog, change: Change): Promise<CommitResult> {
    const { document } = before as LoadedDialog;
    const { siteId } = document;
    const end = { siteId, dialogId: before.id, seq: document.seq, hash: bytesOf(document.lastHash) };
    const entries = entriesOf({ ...end, correlationId: correlationId() }, change.events);
    assertOutboxRoom(document.outbox, entries);
    const update = this.#update(document, before, change, entries);
    const guard = { _id: before.id, ...scoped(scope), seq: document.seq };
    try {
      const image = await this.dialogs
        .findOneAndUpdate(guard, update, { returnDocument: 'after', hint: '_id_', projection: { tokens: 0 } })
        .lean<DialogDocument>();
      if (!image) return 'moved-on';
      this.outbox.drain(image);
      return loaded(image);
    } catch (error) {
      // Another dialog of the thread was opened first.
      if (isDuplicateKey(error, 'open_of_thread')) return 'thread-taken';
      if (isDuplicateKey(error, 'recent_send')) return 'sent-meanwhile';
      throw error;
    }
  }

  async list(
    scope: DialogScope,
    filter: DialogFilter,
    position: ListPosition | undefined,
    limit: number,
  ): Promise<StoredDialog[]> {
    const { query, index } = listQuery(scope, filter);
    const found = this.dialogs
      .find(position ? { ...query, ...after(position) } : query, { tokens: 0, outbox: 0, sends: 0 })
      .sort(NEWEST_FIRST)
      .limit(limit)
      .hint(index);
    return (await found.lean<DialogDocument[]>()).map(loaded);
  }

  async count(scope: DialogScope, filter: DialogFilter): Promise<number> {
    const { query, index } = listQuery(scope, filter);
    return this.dialogs.countDocuments(query).hint(index);
  }

  async countBy(scope: DialogScope, by: CountedBy, status?: DialogStatus): Promise<Map<string, number>> {
    const { query, index } = countQuery(scope, by, status);
    const field = by === 'tag' ? 'tagKeys' : 'assigneeId';
    const found = await this.dialogs
      .aggregate<{ _id: string; count: number }>([
        { $match: query },
        { $project: { _id: 0, [field]: 1 } },
        ...(by === 'tag' ? [{ $unwind: '$tagKeys' }] : []),
        { $group: { _id: `$${field}`, count: { $sum: 1 } } },
      ])
      .hint(index);
    return new Map(found.map(({ _id, count }) => [_id, count]));
  }

  async matching(scope: DialogScope, filter: DialogFilter, dialogIds: readonly string[]): Promise<Set<string>> {
    if (dialogIds.length === 0) return new Set();
    const { query } = listQuery(scope, filter);
    const found = this.dialogs.find({ _id: { $in: [...dialogIds] }, ...query }, { _id: 1 }).hint('_id_');
    return new Set((await found.lean<{ _id: string }[]>()).map(({ _id }) => _id));
  }

  async events({ siteId }: SiteScope, of: StoredDialog, part: EventPart): Promise<dialogsV1.DialogEvent[]> {
    const { document } = of as LoadedDialog;
    const entries = await readWithOutbox<EventEntry>(document, part, (from, to) =>
      this.timeline
        .find({ dialogId: of.id, seq: { $gte: from, $lte: to }, siteId })
        .sort({ seq: 1 })
        .lean<EventEntry[]>(),
    );
    const now = { contactId: of.contact.id, assigneeId: of.dialog.assigneeId ?? NOBODY };
    return entries.map((entry) => eventOf(entry, now));
  }

  async tagged({ siteId }: SiteScope, { key, exceptSpelled }: TaggedQuery, limit: number): Promise<StoredDialog[]> {
    const query = { siteId, tagKeys: key, ...(exceptSpelled !== undefined && { tags: { $ne: exceptSpelled } }) };
    const found = this.dialogs.find(query, { tokens: 0, outbox: 0, sends: 0 }).limit(limit).hint('list_by_tag');
    return (await found.lean<DialogDocument[]>()).map(loaded);
  }

  async page({ siteId }: SiteScope, afterId: string, limit: number): Promise<StoredDialog[]> {
    const found = this.dialogs
      .find({ siteId, _id: { $gt: afterId } })
      .sort({ _id: 1 })
      .limit(limit);
    return (await found.hint('log_of_site').lean<DialogDocument[]>()).map(loaded);
  }

  async due(now: Date, limit: number): Promise<StoredDialog[]> {
    const found = this.dialogs.find({ nextDueAt: { $lte: now } }).sort({ nextDueAt: 1 });
    return (await found.limit(limit).hint('due').lean<DialogDocument[]>()).map(loaded);
  }

  async setTimers(scope: SiteScope, before: StoredDialog, timers: readonly Timer[]): Promise<void> {
    const { dialog } = before;
    const was = { dialog, timers: (before as LoadedDialog).document.due };
    const { set, unset } = stateChange(before.siteId, was, { dialog, timers });
    const guard = { _id: before.id, ...scoped(scope), seq: dialog.seq };
    await this.dialogs.updateOne(guard, { ...filled('$set', set), ...filled('$unset', unset) });
  }

  #update(document: DialogDocument, before: StoredDialog, change: Change, entries: EventEntry[]): Filter {
    const { set, unset } = stateChange(
      document.siteId,
      { dialog: before.dialog, timers: document.due },
      { dialog: change.after, timers: change.timers },
    );
    const words = newWords(document.tokens, before.contact, change.events);
    const { $push, $min } = pushToOutbox(entries, new Date());
    const sends = sendKeysOf(entries);
    return {
      $set: { ...set, lastHash: entries.at(-1)?.hash },
      ...filled('$unset', unset),
      $push: {
        ...$push,
        ...(words.length > 0 && { tokens: { $each: words, $slice: -MAX_TOKENS } }),
        ...(sends.length > 0 && { sends: { $each: sends, $slice: -RECENT_SENDS } }),
      },
      $min,
    };
  }
}

/** An operator of an update, left out when it has nothing to do. */
const filled = (operator: string, fields: Record<string, unknown>): Filter =>
  Object.keys(fields).length > 0 ? { [operator]: fields } : {};
