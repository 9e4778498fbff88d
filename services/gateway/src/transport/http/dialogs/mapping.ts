import type { ChannelName, ContactCard, DialogDetails, DialogSummary, StatusName } from '@beseda/api';
import { authorWords, channelWords, dialogsV1, statusWords } from '@beseda/contracts';
import type { Audience } from '../../mapping/events.js';
import { iso, isoOrNull, orNull } from '../../mapping/words.js';

type LastMessage = NonNullable<DialogSummary['lastMessage']>;

function lastMessage(message: dialogsV1.LastMessage | undefined): LastMessage | null {
  if (!message) return null;
  return {
    author: authorWords.word(message.author) ?? 'automation',
    ...(message.text === '' ? {} : { text: message.text }),
    ...(message.file ? { file: { name: message.file.name, type: message.file.type } } : {}),
    at: iso(message.at),
    seq: message.seq,
    ...(message.operatorId === '' ? {} : { operatorId: message.operatorId }),
  };
}

/** A row of the list. A contact does not learn whose the dialog is, nor its tags, nor how long it waits. */
export function dialogSummary(dialog: dialogsV1.Dialog, audience: Audience): DialogSummary {
  const own = audience === 'operator';
  const contact = dialog.contact ?? { id: '', name: '', email: '' };
  return {
    id: dialog.id,
    status: statusWords.word(dialog.status) ?? 'open',
    channel: channelWords.word(dialog.channel) ?? 'chat',
    assigneeId: own ? orNull(dialog.assigneeId) : null,
    unread: dialog.unread,
    seq: dialog.seq,
    lastMessage: lastMessage(dialog.lastMessage),
    contact: {
      id: contact.id,
      name: orNull(contact.name),
      email: orNull(contact.email),
      avatarSeed: contact.id,
    },
    tags: own ? dialog.tags : [],
    waitingSince: own ? isoOrNull(dialog.waitingSince) : null,
    createdAt: iso(dialog.createdAt),
    lastActivityAt: iso(dialog.lastActivityAt),
    closedAt: isoOrNull(dialog.closedAt),
    readSeq: dialog.readSeq,
    deliveredSeq: dialog.deliveredSeq,
  };
}

/** A dialog with the whole card of its contact. */
export function dialogDetails(dialog: dialogsV1.Dialog, card: ContactCard): DialogDetails {
  const summary = dialogSummary(dialog, 'operator');
  return { ...summary, contact: { ...summary.contact, ...card } };
}

/** What a query or a changes body may filter by. */
export interface FilterShape {
  status?: StatusName | 'all' | undefined;
  assignee?: string | undefined;
  channel?: ChannelName | undefined;
  tag?: string | undefined;
  q?: string | undefined;
}

/** A filter as the service takes it; `me` becomes the caller. */
export function dialogFilter(filter: FilterShape, operatorId: string, contactId = ''): dialogsV1.DialogFilter {
  return {
    status:
      filter.status && filter.status !== 'all'
        ? statusWords.number(filter.status)
        : dialogsV1.DialogStatus.DIALOG_STATUS_UNSPECIFIED,
    assignee: filter.assignee === 'me' ? operatorId : (filter.assignee ?? ''),
    channel: filter.channel ? channelWords.number(filter.channel) : dialogsV1.Channel.CHANNEL_UNSPECIFIED,
    tag: filter.tag ?? '',
    q: filter.q?.trim() ?? '',
    contactId,
  };
}
