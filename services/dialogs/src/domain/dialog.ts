import { type AuthorName, type ChannelName, STATUSES, type SentVia } from '@beseda/api';

/**
 * A dialog: one conversation with one contact.
 *
 * It is open while people talk. When it is closed it may reopen: because the contact writes again within the site's
 * reopen window, or because an operator answers or reopens it. After the window it is finalized: closed for good.
 */
export const DIALOG_STATUSES = ['new', ...STATUSES] as const;

/** `new`: nothing has happened yet, the dialog is about to start. */
export type DialogStatus = (typeof DIALOG_STATUSES)[number];

/** What carried a message. */
export type Channel = ChannelName;
/** Who writes messages. Operators and automations are the team: the contact's other side. */
export type Author = AuthorName;
export type { SentVia };

/** Who causes an event; `service` is Beseda itself, such as a timer. */
export interface Who {
  readonly kind: Author | 'service';
  /** Id of the contact or operator, name of the automation or service. */
  readonly id: string;
}

/** A file in the file store; one file is one message. */
export interface FileRef {
  readonly id: string;
  readonly name: string;
  /** Media type, such as `image/png`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Pixels; only for images shown inline. */
  readonly width?: number;
  readonly height?: number;
}

/** What the list shows of the newest message. */
export interface LastMessage {
  readonly seq: number;
  readonly author: Author;
  /** Who of the team wrote it, when it was an operator. */
  readonly operatorId?: string;
  readonly text?: string;
  readonly file?: Pick<FileRef, 'name' | 'type'>;
  readonly at: Date;
}

/** A dialog as it stands after its events. */
export interface Dialog {
  /** Number of the last event; events are numbered from 1 without gaps. */
  readonly seq: number;
  readonly status: DialogStatus;
  /** The channel it began in; each message has its own. */
  readonly channel: Channel;
  /** The mailbox, bot or community it came through; `chat` for the site's widget. */
  readonly connection: string;
  /** Names the conversation inside the connection; for the widget the contact's id when the dialog began. */
  readonly externalThread: string;
  /** The operator who looks after it. */
  readonly assigneeId?: string;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  /** Time of the newest message. */
  readonly lastActivityAt: Date;
  /** Set while it is not open. The reopen window is judged from here. */
  readonly closedAt?: Date;
  /** Time of the oldest contact message that nobody has answered. */
  readonly waitingSince?: Date;
  readonly lastMessage?: LastMessage;
  /** The answer leaves by this channel: the one of the contact's last message. */
  readonly answerChannel: Channel;
  /** How many messages the contact has written. Until the first, the dialog stays out of the operators' default list. */
  readonly contactMessages: number;
  /** Seqs of the contact's newest messages, to count what an operator has not read. */
  readonly contactSeqs: readonly number[];
  /** How many messages the team has written, and the seqs of the newest, to count what the contact has not read. */
  readonly teamMessages: number;
  readonly teamSeqs: readonly number[];
  /** The contact's side received everything up to here. */
  readonly deliveredSeq: number;
  /** The contact has seen everything up to here on the screen. */
  readonly readSeq: number;
}

const NEVER = new Date(0);

/** A dialog before its first event. */
export const NEW_DIALOG: Dialog = {
  seq: 0,
  status: 'new',
  channel: 'chat',
  connection: '',
  externalThread: '',
  tags: [],
  createdAt: NEVER,
  lastActivityAt: NEVER,
  answerChannel: 'chat',
  contactMessages: 0,
  contactSeqs: [],
  teamMessages: 0,
  teamSeqs: [],
  deliveredSeq: 0,
  readSeq: 0,
};
