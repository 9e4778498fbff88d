import type { ContactActor, OperatorActor } from '@beseda/auth';
import { dialogsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { type FileMeta, type FileStore, fileIdOf } from '@beseda/files';
import type { Backends } from '../infrastructure/backends.js';

export type Person = OperatorActor | ContactActor;

/** A file on its way into a dialog. */
export interface Upload {
  dialogId: string;
  clientMessageId: string;
  file: { name: string; type: string; content: Uint8Array };
  maxBytes: number;
}

/** Pages of a dialog's events looked through for a file, newest first; 200 events each. */
const MAX_PAGES = 50;
const PAGE = 200;

/** Files of messages: stored first, then posted, so that a message never names a file that is not there. */
export class DialogFiles {
  constructor(
    private readonly backends: Backends,
    private readonly store: FileStore,
  ) {}

  /** Repeatable: the same `clientMessageId` makes one file and one message. */
  async send(actor: Person, upload: Upload): Promise<dialogsV1.PostMessageResponse> {
    const { dialogId, clientMessageId } = upload;
    // A dialog that is not the caller's is refused before anything is stored.
    if (dialogId) await this.backends.dialogs.call('getDialog', { dialogId }, { actor });
    const { siteId } = actor;
    const meta = await this.store.put({
      siteId,
      fileId: fileIdOf({ siteId, author: `${actor.kind}:${actor.id}`, clientMessageId }),
      ...upload.file,
      maxBytes: upload.maxBytes,
    });
    return this.sendKept(actor, { dialogId, clientMessageId, meta });
  }

  /** Posts a file that is kept already, such as one of a saved reply. Repeatable like {@link send}. */
  async sendKept(
    actor: Person,
    { dialogId, clientMessageId, meta }: { dialogId: string; clientMessageId: string; meta: FileMeta },
  ): Promise<dialogsV1.PostMessageResponse> {
    const request = { clientMessageId, dialogId, text: '', file: fileRef(meta), ...sentBy(actor) };
    return this.backends.dialogs.call('postMessage', request, { actor });
  }

  /** Makes sure that a file belongs to a dialog the caller may see. @throws AppError NOT_FOUND */
  async assertInDialog(actor: Person, dialogId: string, fileId: string): Promise<void> {
    let beforeSeq = Number.MAX_SAFE_INTEGER;
    for (let page = 0; page < MAX_PAGES && beforeSeq > 1; page += 1) {
      const request = { dialogId, afterSeq: 0, beforeSeq, limit: PAGE };
      const { events } = await this.backends.dialogs.call('listEvents', request, { actor });
      if (events.some((event) => fileOf(event)?.id === fileId)) return;
      const first = events[0]?.envelope?.seq;
      if (first === undefined) break;
      beforeSeq = first;
    }
    throw appError('NOT_FOUND', 'There is no such file in this dialog.');
  }
}

/** What carries a person's message and what it was written with. The answer's channel is the dialog's own business. */
export const sentBy = (actor: Person): Pick<dialogsV1.PostMessageRequest, 'channel' | 'sentVia'> => ({
  channel: dialogsV1.Channel.CHANNEL_CHAT,
  sentVia: actor.kind === 'contact' ? dialogsV1.SentVia.SENT_VIA_WIDGET : dialogsV1.SentVia.SENT_VIA_WEB_CONSOLE,
});

const fileOf = (event: dialogsV1.DialogEvent): dialogsV1.FileRef | undefined =>
  event.body?.body?.$case === 'messagePosted' ? event.body.body.value.file : undefined;

const fileRef = (meta: FileMeta): dialogsV1.FileRef => ({
  id: meta.fileId,
  name: meta.name,
  type: meta.type,
  size: meta.size,
  width: meta.width ?? 0,
  height: meta.height ?? 0,
});
