import { dialogsV1 } from '@beseda/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { type LastMessage, unreadAfter } from '../domain/index.js';
import type { Caller } from './callers.js';
import { authorNumber, channelNumber, statusNumber } from './contract-names.js';
import { ReadMarks, type StoredDialog } from './ports.js';

/** Dialogs as one caller sees them: what it has not read, and for a contact nothing of what goes on among operators. */
@Injectable()
export class DialogPresenter {
  constructor(@Inject(ReadMarks) private readonly marks: ReadMarks) {}

  async present(caller: Caller, dialogs: readonly StoredDialog[]): Promise<dialogsV1.Dialog[]> {
    if (caller.kind === 'contact') return dialogs.map(forContact);
    const ids = dialogs.map(({ id }) => id);
    const marks = await this.marks.of(caller.scope, caller.id, ids);
    return dialogs.map((stored) => forOperator(stored, marks.get(stored.id) ?? 0));
  }
}

function forOperator(stored: StoredDialog, mark: number): dialogsV1.Dialog {
  const { dialog } = stored;
  return {
    ...common(stored),
    assigneeId: dialog.assigneeId ?? '',
    tags: [...dialog.tags],
    unread: unreadAfter(mark, dialog.contactMessages, dialog.contactSeqs),
    waitingSince: dialog.waitingSince,
  };
}

function forContact(stored: StoredDialog): dialogsV1.Dialog {
  const { dialog } = stored;
  return {
    ...common(stored),
    assigneeId: '',
    tags: [],
    unread: unreadAfter(dialog.readSeq, dialog.teamMessages, dialog.teamSeqs),
    waitingSince: undefined,
  };
}

function common({
  id,
  siteId,
  contact,
  dialog,
}: StoredDialog): Omit<dialogsV1.Dialog, 'assigneeId' | 'tags' | 'unread' | 'waitingSince'> {
  return {
    id,
    siteId,
    status: statusNumber(dialog.status),
    channel: channelNumber(dialog.channel),
    seq: dialog.seq,
    lastMessage: dialog.lastMessage && lastMessage(dialog.lastMessage),
    contact: { ...contact },
    createdAt: dialog.createdAt,
    lastActivityAt: dialog.lastActivityAt,
    closedAt: dialog.closedAt,
    readSeq: dialog.readSeq,
    deliveredSeq: dialog.deliveredSeq,
  };
}

const lastMessage = ({ author, text, file, at, seq, operatorId }: LastMessage): dialogsV1.LastMessage => ({
  author: authorNumber(author),
  text: text ?? '',
  file: file && { id: '', size: 0, width: 0, height: 0, ...file },
  at,
  seq,
  operatorId: operatorId ?? '',
});
