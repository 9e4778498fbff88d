import { dialogsV1, eventsV1 } from '@beseda/contracts';
import type { Author, Channel, DialogStatus, SentVia, Who } from '../domain/index.js';

/** The product's words and the numbers they have in the contracts. */
type Names<W extends string, N extends number> = Readonly<Record<W, N>>;

const CHANNEL_NUMBERS: Names<Channel, dialogsV1.Channel> = {
  chat: dialogsV1.Channel.CHANNEL_CHAT,
  popup: dialogsV1.Channel.CHANNEL_POPUP,
  email: dialogsV1.Channel.CHANNEL_EMAIL,
  telegram: dialogsV1.Channel.CHANNEL_TELEGRAM,
  vk: dialogsV1.Channel.CHANNEL_VK,
  facebook: dialogsV1.Channel.CHANNEL_FACEBOOK,
};
const SENT_VIA_NUMBERS: Names<SentVia, dialogsV1.SentVia> = {
  'web-console': dialogsV1.SentVia.SENT_VIA_WEB_CONSOLE,
  'desktop-app': dialogsV1.SentVia.SENT_VIA_DESKTOP_APP,
  android: dialogsV1.SentVia.SENT_VIA_ANDROID,
  email: dialogsV1.SentVia.SENT_VIA_EMAIL,
  manual: dialogsV1.SentVia.SENT_VIA_MANUAL,
  'auto-reply': dialogsV1.SentVia.SENT_VIA_AUTO_REPLY,
  trigger: dialogsV1.SentVia.SENT_VIA_TRIGGER,
  api: dialogsV1.SentVia.SENT_VIA_API,
  widget: dialogsV1.SentVia.SENT_VIA_WIDGET,
};
const AUTHOR_NUMBERS: Names<Author, dialogsV1.Author> = {
  contact: dialogsV1.Author.AUTHOR_CONTACT,
  operator: dialogsV1.Author.AUTHOR_OPERATOR,
  automation: dialogsV1.Author.AUTHOR_AUTOMATION,
};
const STATUS_NUMBERS: Names<DialogStatus, dialogsV1.DialogStatus> = {
  new: dialogsV1.DialogStatus.DIALOG_STATUS_UNSPECIFIED,
  open: dialogsV1.DialogStatus.DIALOG_STATUS_OPEN,
  closed: dialogsV1.DialogStatus.DIALOG_STATUS_CLOSED,
  finalized: dialogsV1.DialogStatus.DIALOG_STATUS_FINALIZED,
};
const ACTOR_NUMBERS: Names<Who['kind'], eventsV1.ActorKind> = {
  contact: eventsV1.ActorKind.ACTOR_KIND_CONTACT,
  operator: eventsV1.ActorKind.ACTOR_KIND_OPERATOR,
  automation: eventsV1.ActorKind.ACTOR_KIND_AUTOMATION,
  service: eventsV1.ActorKind.ACTOR_KIND_SERVICE,
};

/** The word of a number; undefined for "unspecified" and for numbers of a later version. */
const wordOf =
  <W extends string, N extends number>(names: Names<W, N>) =>
  (number: N): W | undefined =>
    (Object.entries(names) as [W, N][]).find(([, value]) => value === number && value !== 0)?.[0];

export const channelNumber = (word: Channel): dialogsV1.Channel => CHANNEL_NUMBERS[word];
export const channelWord = wordOf(CHANNEL_NUMBERS);
export const sentViaNumber = (word: SentVia): dialogsV1.SentVia => SENT_VIA_NUMBERS[word];
export const sentViaWord = wordOf(SENT_VIA_NUMBERS);
export const authorNumber = (word: Author): dialogsV1.Author => AUTHOR_NUMBERS[word];
export const statusNumber = (word: DialogStatus): dialogsV1.DialogStatus => STATUS_NUMBERS[word];
export const statusWord = wordOf(STATUS_NUMBERS);
export const actorNumber = (word: Who['kind']): eventsV1.ActorKind => ACTOR_NUMBERS[word];
