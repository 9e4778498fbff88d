import { type SiteScope, siteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { AGAIN } from '@beseda/timers';
import { Inject, Injectable } from '@nestjs/common';
import {
  CHAT_CONNECTION,
  type Candidate,
  type Channel,
  type Choice,
  type DialogWish,
  type FileRef,
  type SentVia,
  type Who,
  threadKey,
  whichDialog,
} from '../domain/index.js';
import { type DatedOrder, DialogWriter, type Outcome } from './dialog-writer.js';
import { newId } from './ids.js';
import { ContactCopies, type ContactCopy, DialogStore, ReadMarks, SiteRules, type StoredDialog } from './ports.js';
import { type Posted, postedOf, sendKey } from './sends.js';

/** A message somebody sends. */
export interface MessageToPost {
  readonly clientMessageId: string;
  /** Left out: "which dialog?" is decided here; only a contact may leave it out. */
  readonly dialogId?: string;
  readonly text?: string;
  readonly file?: FileRef;
  readonly channel?: Channel;
  readonly sentVia?: SentVia;
}

/** What a contact sends, at one instant. */
type ContactOrder = DatedOrder & { readonly wish: DialogWish & { type: 'post-message' } };

/** Somebody writes. An operator names the dialog; for a contact it is chosen by the rules of `whichDialog`. */
@Injectable()
export class PostMessageHandler {
  constructor(
    @Inject(DialogWriter) private readonly writer: DialogWriter,
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(ContactCopies) private readonly contacts: ContactCopies,
    @Inject(ReadMarks) private readonly marks: ReadMarks,
    @Inject(SiteRules) private readonly rules: SiteRules,
  ) {}

  async operatorWrites(scope: SiteScope, by: Who, message: MessageToPost): Promise<Posted> {
    if (message.dialogId === undefined) throw appError('INVALID_ARGUMENT', 'An operator must name the dialog.');
    const wish = this.wishOf(scope, message);
    const sendKeys = [sendKey(scope.siteId, by, message.clientMessageId)];
    const { dialogId } = message;
    const posted = postedOf(await this.writer.change(dialogId, { scope, by, wish, sendKeys, dialogId }));
    // Who answers has read what is above the answer.
    await this.marks.raise(scope, by.id, posted.dialogId, posted.seq);
    return posted;
  }

  /** `contact` is the contact that writes, or the one it has become part of. */
  async contactWrites(contact: ContactCopy, siteId: string, message: MessageToPost): Promise<Posted> {
    const scope = { siteId, contactId: contact.id };
    const by: Who = { kind: 'contact', id: contact.id };
    const start = { contactId: contact.id, connection: CHAT_CONNECTION, externalThread: contact.id };
    const order = {
      scope,
      by,
      wish: { ...this.wishOf(scope, message), start },
      // A send may be repeated after a merge: it may stand under one of the former ids.
      sendKeys: [contact.id, ...contact.aliases].map((id) => sendKey(siteId, { ...by, id }, message.clientMessageId)),
    };
    // A contact's messages queue: of many first ones at once, the first starts the dialog and the others find it.
    const outcome = await this.writer.inLane(`contact:${siteId}:${contact.id}`, () =>
      this.writer.untilDeadline((at) => this.chooseAndWrite(contact, { ...order, at }, message.dialogId)),
    );
    return postedOf(outcome);
  }

  private async chooseAndWrite(
    contact: ContactCopy,
    order: ContactOrder,
    named?: string,
  ): Promise<Outcome | typeof AGAIN> {
    const { scope } = order;
    const unfinished = await this.dialogs.findUnfinished(scope, contact.id);
    const choice = await this.choose(order, unfinished, named);
    if (choice.go === 'to') {
      const { dialogId } = choice;
      const status = unfinished.find(({ id }) => id === dialogId)?.dialog.status;
      return this.writer.attempt(dialogId, { ...order, ...(dialogId === named && { dialogId }) }, status);
    }
    const outcome = await this.writer.start(contact, order);
    if (outcome !== AGAIN && 'stored' in outcome) await this.noticeChanges(scope.siteId, contact);
    return outcome;
  }

  private async choose(order: ContactOrder, unfinished: StoredDialog[], named?: string): Promise<Choice> {
    const { scope, wish, at } = order;
    const candidates = unfinished.map(candidateOf);
    const closed = candidates.filter(({ status }) => status === 'closed');
    const lastClosed = closed.toSorted((a, b) => (b.closedAt?.getTime() ?? 0) - (a.closedAt?.getTime() ?? 0))[0];
    const one = named === undefined ? undefined : await this.named(scope, candidates, named);
    return whichDialog({
      open: candidates.filter(({ status }) => status === 'open'),
      reopenWindowMs: wish.reopenWindowMs,
      now: at,
      ...(lastClosed && { lastClosed }),
      ...(one && { named: one }),
    });
  }

  private async named(scope: SiteScope, candidates: Candidate[], dialogId: string): Promise<Candidate> {
    const known = candidates.find((candidate) => candidate.dialogId === dialogId);
    if (known) return known;
    const finished = await this.dialogs.find(scope, dialogId);
    if (!finished) throw appError('NOT_FOUND', 'There is no such dialog.');
    return candidateOf(finished);
  }

  /** The contact may have been renamed or merged between the moment it was read and the start of its dialog. */
  private async noticeChanges(siteId: string, contact: ContactCopy): Promise<void> {
    const now = await this.contacts.find(siteScope(siteId), contact.id);
    if (now.mergedInto === undefined && BRIEF.every((field) => now[field] === contact[field])) return;
    await this.contacts.refreshDialogs(siteScope(siteId), contact.id);
  }

  private wishOf(scope: SiteScope, message: MessageToPost): DialogWish & { type: 'post-message' } {
    const { clientMessageId, text, file, channel, sentVia } = message;
    return {
      type: 'post-message',
      messageId: newId(),
      clientMessageId,
      reopenWindowMs: this.rules.reopenWindowMs(scope.siteId),
      ...(text !== undefined && { text }),
      ...(file !== undefined && { file }),
      ...(channel !== undefined && { channel }),
      ...(sentVia !== undefined && { sentVia }),
    };
  }
}

/** What a dialog shows or is found by of its contact. */
const BRIEF = ['name', 'email', 'phone'] as const satisfies (keyof ContactCopy)[];

const candidateOf = ({ id, siteId, dialog }: StoredDialog): Candidate => ({
  dialogId: id,
  status: dialog.status,
  thread: threadKey(siteId, dialog.connection, dialog.externalThread),
  lastActivityAt: dialog.lastActivityAt,
  ...(dialog.closedAt && { closedAt: dialog.closedAt }),
});
