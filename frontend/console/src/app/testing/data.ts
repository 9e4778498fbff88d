import type { ChannelName } from '@beseda/api';
import { type DialogEvent, type EventPayloads, type EventType } from '@beseda/realtime';
import { type ContactCard, type DialogDetail, type DialogSummary } from '../core/model.js';

const AT = '2026-05-22T09:00:00.000Z';

/** A row of the list for specs. */
export function summary(part: Partial<DialogSummary> = {}): DialogSummary {
  return {
    id: 'd1',
    status: 'open',
    channel: 'chat',
    assigneeId: null,
    unread: 0,
    seq: 1,
    lastMessage: { author: 'contact', text: 'Здравствуйте', at: AT, seq: 1 },
    contact: { id: '0198-7c4f', name: 'Ксения Дорохова', email: null, avatarSeed: 's' },
    tags: [],
    waitingSince: null,
    createdAt: AT,
    lastActivityAt: AT,
    closedAt: null,
    readSeq: 0,
    deliveredSeq: 0,
    ...part,
  };
}

/** A contact card for specs. */
export function card(part: Partial<ContactCard> = {}): ContactCard {
  return {
    id: '0198-7c4f',
    siteId: 's1',
    name: 'Ксения Дорохова',
    email: null,
    avatarSeed: 's',
    phone: null,
    userId: null,
    verified: false,
    online: false,
    firstSeenAt: AT,
    lastSeenAt: AT,
    visits: 1,
    pageViews: 1,
    properties: {},
    lastPage: null,
    referrer: null,
    utm: null,
    device: null,
    language: null,
    timezone: null,
    history: [],
    ...part,
  };
}

/** A dialog with its card for specs. */
export function detail(part: Partial<DialogDetail> = {}): DialogDetail {
  return { ...summary(), contact: card(), ...part };
}

/** An event for specs; minutes count from nine o'clock UTC. */
export function event<T extends EventType>(
  seq: number,
  type: T,
  payload: EventPayloads[T],
  part: { minute?: number; actor?: string; dialogId?: string } = {},
): DialogEvent {
  const actor = part.actor ?? 'c1';
  return {
    eventId: `e${seq}`,
    dialogId: part.dialogId ?? 'd1',
    seq,
    type,
    occurredAt: new Date(Date.parse(AT) + (part.minute ?? seq) * 60_000).toISOString(),
    actor: { kind: actor.startsWith('op') ? 'operator' : 'contact', id: actor },
    payload,
  } as DialogEvent;
}

/** A message of the contact or, with an actor that begins with "op", of an operator. */
export function message(
  seq: number,
  text: string,
  part: { minute?: number; actor?: string; channel?: ChannelName; dialogId?: string } = {},
): DialogEvent {
  const author = part.actor?.startsWith('op') ? 'operator' : 'contact';
  const own = author === 'operator' ? { clientMessageId: `client-${seq}` } : {};
  return event(
    seq,
    'message.posted',
    { messageId: `m${seq}`, author, channel: part.channel ?? 'chat', sentVia: 'web-console', text, ...own },
    part,
  );
}
