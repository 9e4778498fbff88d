import type { EventShape, VisibleEvent } from '@beseda/api';
import type { Keys } from '@beseda/auth';
import {
  actorKindWords,
  assignReasonWords,
  authorWords,
  channelWords,
  closeReasonWords,
  type DialogEventType,
  type dialogsV1,
  type eventsV1,
  reopenReasonWords,
  sentViaWords,
} from '@beseda/contracts';
import { signFileUrl } from '@beseda/files';
import type { Directory } from '../../application/directory.js';
import { operatorAvatar } from './avatars.js';
import { iso } from './words.js';

/** Who is going to read an event. */
export type Audience = 'operator' | 'contact';

/** All a contact may see; whatever else happens in its dialogs it only learns the place of. */
const CONTACT_SEES: ReadonlySet<string> = new Set<DialogEventType>([
  'dialog.started',
  'message.posted',
  'delivery.changed',
  'dialog.read',
  'dialog.closed',
  'dialog.reopened',
  'dialog.finalized',
]);

type Payload = Record<string, unknown>;
type Body = NonNullable<NonNullable<dialogsV1.DialogEventBody>['body']>;

/** Events as clients get them, the same over HTTP and over sockets. */
export class EventMapper {
  constructor(
    private readonly directory: Pick<Directory, 'operator'>,
    private readonly keys: Keys,
  ) {}

  many(events: readonly dialogsV1.DialogEvent[], audience: Audience): EventShape[] {
    return events.map((event) => this.one(event, audience));
  }

  one(event: dialogsV1.DialogEvent, audience: Audience): EventShape {
    const { envelope } = event;
    if (!envelope) throw new TypeError('an event came without its envelope');
    const place = { dialogId: envelope.aggregateId, seq: envelope.seq };
    if (audience === 'contact' && !CONTACT_SEES.has(envelope.type)) return { ...place, type: 'hidden' };
    const visible: VisibleEvent = {
      eventId: envelope.eventId,
      ...place,
      type: envelope.type,
      occurredAt: iso(envelope.occurredAt),
      actor: this.#actor(envelope.actor, audience),
      // A body that was erased leaves an event without words.
      payload: event.body?.body ? this.#payload(event.body.body, envelope.siteId, audience) : {},
    };
    return visible;
  }

  #actor(actor: eventsV1.Actor | undefined, audience: Audience): VisibleEvent['actor'] {
    const kind = actorKindWords.word(actor?.kind ?? 0) ?? 'service';
    const id = actor?.id ?? '';
    const operator = kind === 'operator' ? this.directory.operator(id) : undefined;
    if (!operator) return { kind, id };
    const name = (audience === 'operator' && operator.internalName) || operator.name;
    return { kind, id, name, avatarUrl: operatorAvatar(operator) };
  }

  #payload(body: Body, siteId: string, audience: Audience): Payload {
    switch (body.$case) {
      case 'dialogStarted': {
        const { channel, contactId, externalThread } = body.value;
        return { channel: channelWords.word(channel), contactId, externalThread };
      }
      case 'messagePosted':
        return this.#message(body.value, siteId, audience);
      case 'deliveryChanged':
        return { state: 'delivered', upToSeq: body.value.upToSeq };
      case 'dialogRead':
        return { upToSeq: body.value.upToSeq };
      case 'noteAdded': {
        const { noteId, text, clientMessageId } = body.value;
        return { noteId, text, ...optional({ clientMessageId }) };
      }
      case 'dialogAssigned': {
        const { operatorId, previousOperatorId, reason } = body.value;
        return { operatorId, ...optional({ previousOperatorId }), reason: assignReasonWords.word(reason) };
      }
      case 'dialogUnassigned':
        return {
          previousOperatorId: body.value.previousOperatorId,
          reason: assignReasonWords.word(body.value.reason) ?? 'manual',
        };
      case 'dialogClosed':
        return { reason: closeReasonWords.word(body.value.reason) };
      case 'dialogReopened':
        return { reason: reopenReasonWords.word(body.value.reason) };
      case 'dialogFinalized':
        return { reason: 'reopen-window' };
      case 'dialogTagged':
        return { tags: body.value.tags };
    }
  }

  #message(message: dialogsV1.MessagePosted, siteId: string, audience: Audience): Payload {
    const author = authorWords.word(message.author);
    return {
      messageId: message.messageId,
      author,
      channel: channelWords.word(message.channel),
      sentVia: sentViaWords.word(message.sentVia),
      // Only the author's own side knows its send by this; to the other it would say nothing.
      ...(author === audience ? optional({ clientMessageId: message.clientMessageId }) : {}),
      ...optional({ text: message.text }),
      ...(message.file ? { file: this.#file(message.file, siteId) } : {}),
    };
  }

  #file(file: dialogsV1.FileRef, siteId: string): Payload {
    const { id, name, type, size, width, height } = file;
    const pixels = width > 0 && height > 0 ? { width, height } : {};
    return { id, name, type, size, ...pixels, url: signFileUrl(this.keys, { siteId, fileId: id }) };
  }
}

/** Leaves unset (empty) strings out. */
const optional = (fields: Record<string, string>): Payload =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
