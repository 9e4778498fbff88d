import type { AuthorName, ChannelName, StatusName } from '@beseda/api';
import { dialogsV1, eventsV1 } from '@beseda/contracts';

const { Author, AssignReason, Channel, CloseReason, DialogStatus, ReopenReason, SentVia } = dialogsV1;

/** Words of the API for the numbers of the contracts, both ways. A number this version does not know has no word. */
function words<N extends number, W extends string>(table: readonly (readonly [N, W])[]) {
  const forward = new Map<number, W>(table);
  const back = new Map<string, N>(table.map(([number, word]) => [word, number]));
  return {
    word: (number: number): W | undefined => forward.get(number),
    number: (word: string | undefined): N | undefined => (word === undefined ? undefined : back.get(word)),
  };
}

export const channels = words<dialogsV1.Channel, ChannelName>([
  [Channel.CHANNEL_CHAT, 'chat'],
  [Channel.CHANNEL_POPUP, 'popup'],
  [Channel.CHANNEL_EMAIL, 'email'],
  [Channel.CHANNEL_TELEGRAM, 'telegram'],
  [Channel.CHANNEL_VK, 'vk'],
  [Channel.CHANNEL_FACEBOOK, 'facebook'],
]);

export const statuses = words<dialogsV1.DialogStatus, StatusName>([
  [DialogStatus.DIALOG_STATUS_OPEN, 'open'],
  [DialogStatus.DIALOG_STATUS_CLOSED, 'closed'],
  [DialogStatus.DIALOG_STATUS_FINALIZED, 'finalized'],
]);

export const authors = words<dialogsV1.Author, AuthorName>([
  [Author.AUTHOR_CONTACT, 'contact'],
  [Author.AUTHOR_OPERATOR, 'operator'],
  [Author.AUTHOR_AUTOMATION, 'automation'],
]);

export const sentVias = words([
  [SentVia.SENT_VIA_WEB_CONSOLE, 'web-console'],
  [SentVia.SENT_VIA_DESKTOP_APP, 'desktop-app'],
  [SentVia.SENT_VIA_ANDROID, 'android'],
  [SentVia.SENT_VIA_EMAIL, 'email'],
  [SentVia.SENT_VIA_MANUAL, 'manual'],
  [SentVia.SENT_VIA_AUTO_REPLY, 'auto-reply'],
  [SentVia.SENT_VIA_TRIGGER, 'trigger'],
  [SentVia.SENT_VIA_API, 'api'],
  [SentVia.SENT_VIA_WIDGET, 'widget'],
]);

export const assignReasons = words([
  [AssignReason.ASSIGN_REASON_FIRST_ANSWER, 'first-answer'],
  [AssignReason.ASSIGN_REASON_MANUAL, 'manual'],
]);

export const closeReasons = words([[CloseReason.CLOSE_REASON_MANUAL, 'manual']]);

export const reopenReasons = words([
  [ReopenReason.REOPEN_REASON_MANUAL, 'manual'],
  [ReopenReason.REOPEN_REASON_CONTACT_WROTE, 'contact-wrote'],
  [ReopenReason.REOPEN_REASON_OPERATOR_WROTE, 'operator-wrote'],
]);

export const actorKinds = words([
  [eventsV1.ActorKind.ACTOR_KIND_CONTACT, 'contact'],
  [eventsV1.ActorKind.ACTOR_KIND_OPERATOR, 'operator'],
  [eventsV1.ActorKind.ACTOR_KIND_AUTOMATION, 'automation'],
  [eventsV1.ActorKind.ACTOR_KIND_SERVICE, 'service'],
]);

/** Unset strings of the contracts are empty; the API says null. */
export const orNull = (text: string): string | null => (text === '' ? null : text);

/** A time of the contracts; the epoch where a message came without one. */
export const iso = (time: Date | undefined): string => (time ?? new Date(0)).toISOString();
export const isoOrNull = (time: Date | undefined): string | null => time?.toISOString() ?? null;

/** The word if it is one of these; what another version made of it falls back. */
export const oneOf = <W extends string>(words: readonly W[], given: string | undefined, otherwise: W): W =>
  words.find((word) => word === given) ?? otherwise;
