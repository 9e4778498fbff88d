import { randomUUID } from 'node:crypto';
import type { Actor } from '@beseda/auth';
import type { Bus } from '@beseda/bus';
import { actorKindWords, bodyCaseOf, dialogEventRecord, dialogsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { seesDialogsOf } from '../application/visibility.js';
import type { StandIn } from './grpc-stand-in.js';

type Body = NonNullable<dialogsV1.DialogEventBody['body']>;

export interface FakeDialog {
  id: string;
  siteId: string;
  contactId: string;
  status: dialogsV1.DialogStatus;
  assigneeId: string;
  tags: string[];
  events: dialogsV1.DialogEvent[];
}

const HIDDEN = new Set(['note.added', 'dialog.assigned', 'dialog.unassigned', 'dialog.tagged']);

/** Dialogs in memory: enough of the service's behaviour to test who gets what in which order. */
export class FakeDialogs {
  readonly dialogs = new Map<string, FakeDialog>();
  readonly sends = new Map<string, dialogsV1.PostMessageResponse>();
  /** Correlation ids and requests of calls, newest last. */
  readonly seen: { method: string; request: unknown; correlationId: string; actor: Actor }[] = [];
  /** How many events one `resume` answers at most. */
  resumePage = 500;
  /** Runs before a `resume` is answered, after it was read. */
  beforeResumeAnswer: () => void | Promise<void> = () => undefined;
  /** What `countDialogsBy` answers; undefined: the service is away. */
  countsBy: Record<string, number> | undefined = {};
  /** Members of an operator's teams. */
  readonly colleagues = new Map<string, Set<string>>();
  /** While false, events are stored but do not reach the bus. */
  publishing = true;

  constructor(private readonly bus: Bus) {}

  start(siteId: string, contactId: string): FakeDialog {
    const dialog: FakeDialog = {
      id: randomUUID(),
      siteId,
      contactId,
      status: dialogsV1.DialogStatus.DIALOG_STATUS_OPEN,
      assigneeId: '',
      tags: [],
      events: [],
    };
    this.dialogs.set(dialog.id, dialog);
    const value = { channel: dialogsV1.Channel.CHANNEL_CHAT, contactId, connection: 'chat', externalThread: contactId };
    this.append(dialog, { $case: 'dialogStarted', value }, { kind: 'contact', id: contactId, siteId });
    return dialog;
  }

  append(dialog: FakeDialog, body: Body, actor: Actor): number {
    const seq = dialog.events.length + 1;
    const event: dialogsV1.DialogEvent = {
      envelope: {
        eventId: randomUUID(),
        siteId: dialog.siteId,
        aggregateId: dialog.id,
        seq,
        type: body.$case.replace(/[A-Z]/g, (c) => `.${c.toLowerCase()}`),
        occurredAt: new Date(),
        correlationId: 'c',
        causationId: '',
        actor: { kind: actorKindWords.number(actor.kind), id: actor.id },
      },
      body: { body },
      contactId: dialog.contactId,
      assigneeId: dialog.assigneeId,
    };
    dialog.events.push(event);
    if (this.publishing) void this.bus.publish([dialogEventRecord(event)]);
    return seq;
  }

  /** A message as if it came by the service. */
  message(dialog: FakeDialog, actor: Actor, text: string, extra: Partial<dialogsV1.MessagePosted> = {}): number {
    const author = actor.kind === 'contact' ? dialogsV1.Author.AUTHOR_CONTACT : dialogsV1.Author.AUTHOR_OPERATOR;
    const value = {
      messageId: randomUUID(),
      author,
      channel: dialogsV1.Channel.CHANNEL_CHAT,
      sentVia: actor.kind === 'contact' ? dialogsV1.SentVia.SENT_VIA_WIDGET : dialogsV1.SentVia.SENT_VIA_WEB_CONSOLE,
      clientMessageId: randomUUID(),
      text,
      file: undefined,
      ...extra,
    };
    return this.append(dialog, { $case: 'messagePosted', value }, actor);
  }

  /** Somebody gives a dialog to an operator, or to nobody (empty). */
  assign(dialog: FakeDialog, operatorId: string, actor: Actor): number {
    const value = { operatorId, previousOperatorId: dialog.assigneeId, reason: 2 };
    dialog.assigneeId = operatorId;
    const body: Body = operatorId === '' ? { $case: 'dialogUnassigned', value } : { $case: 'dialogAssigned', value };
    return this.append(dialog, body, actor);
  }

  note(dialog: FakeDialog, actor: Actor, text: string): number {
    const value = { noteId: randomUUID(), clientMessageId: '', text };
    return this.append(dialog, { $case: bodyCaseOf('note.added') as 'noteAdded', value }, actor);
  }

  standIn(): StandIn<typeof dialogsV1.DialogsServiceService> {
    const find = (actor: Actor, id: string): FakeDialog => this.#find(actor, id);
    return {
      postMessage: (q, c) => this.#post(q, c.actor, c.correlationId),
      addNote: (q, { actor }) => ({ noteId: 'n', seq: this.note(find(actor, q.dialogId), actor, q.text) }),
      setTags: (q, { actor }) => {
        const dialog = find(actor, q.dialogId);
        dialog.tags = q.tags;
        return {
          tags: q.tags,
          seq: this.append(dialog, { $case: 'dialogTagged', value: { tags: q.tags } }, actor),
        };
      },
      assign: (q, { actor }) => {
        return { assigneeId: q.operatorId, seq: this.assign(find(actor, q.dialogId), q.operatorId, actor) };
      },
      closeDialog: (q, { actor }) => {
        const dialog = find(actor, q.dialogId);
        dialog.status = dialogsV1.DialogStatus.DIALOG_STATUS_CLOSED;
        return { seq: this.append(dialog, { $case: 'dialogClosed', value: { reason: 1 } }, actor) };
      },
      reopenDialog: (q, { actor }) => {
        find(actor, q.dialogId);
        throw appError('FAILED_PRECONDITION', 'The dialog is closed for good.');
      },
      recordReceipt: (q, c) => this.#note('recordReceipt', q, c, {}),
      markRead: (q, c) => {
        find(c.actor, q.dialogId);
        return this.#note('markRead', q, c, {});
      },
      getDialog: (q, { actor }) => ({ dialog: toDialog(find(actor, q.dialogId)) }),
      listDialogs: (q, c) =>
        this.#note('listDialogs', q, c, {
          items: [...this.dialogs.values()]
            .filter((d) => this.#sees(c.actor, d) && [undefined, '', d.contactId].includes(q.filter?.contactId))
            .map(toDialog),
          nextCursor: '',
        }),
      countDialogs: (q, c) => this.#note('countDialogs', q, c, { all: 3, mine: 1, unassigned: 2 }),
      countDialogsBy: (q, c) => {
        if (!this.countsBy) throw appError('UNAVAILABLE', 'The service is away.');
        return this.#note('countDialogsBy', q, c, { counts: this.countsBy });
      },
      listChanges: (q, c) => this.#note('listChanges', q, c, { changed: [], gone: ['x'], first: undefined }),
      listEvents: (q, { actor }) => {
        const { events } = find(actor, q.dialogId);
        const limit = q.limit || 100;
        const page =
          q.beforeSeq > 0
            ? events.filter((e) => (e.envelope?.seq ?? 0) < q.beforeSeq).slice(-limit)
            : events.filter((e) => (e.envelope?.seq ?? 0) > q.afterSeq).slice(0, limit);
        return { events: page.map((e) => shown(e, actor)), head: events.length };
      },
      resume: (q, { actor }) => this.#resume(q, actor),
    };
  }

  #note<R>(method: string, request: unknown, call: { actor: Actor; correlationId: string }, answer: R): R {
    this.seen.push({ method, request, ...call });
    return answer;
  }

  #find(actor: Actor, id: string): FakeDialog {
    const dialog = this.dialogs.get(id);
    if (!dialog || !this.#sees(actor, dialog)) throw appError('NOT_FOUND', 'There is no such dialog.');
    return dialog;
  }

  #sees(actor: Actor, { siteId, contactId, assigneeId }: FakeDialog): boolean {
    if (actor.siteId !== siteId || (actor.kind === 'contact' && actor.id !== contactId)) return false;
    return (
      actor.kind !== 'operator' || seesDialogsOf(actor, assigneeId, () => this.colleagues.get(actor.id) ?? new Set())
    );
  }

  #post(q: dialogsV1.PostMessageRequest, actor: Actor, correlationId: string): dialogsV1.PostMessageResponse {
    this.seen.push({ method: 'postMessage', request: q, correlationId, actor });
    const key = `${actor.siteId}:${actor.kind}:${actor.id}:${q.clientMessageId}`;
    const before = this.sends.get(key);
    if (before) return before;
    const dialog = q.dialogId ? this.#find(actor, q.dialogId) : this.#own(actor);
    const seq = this.message(dialog, actor, q.text, { clientMessageId: q.clientMessageId, file: q.file });
    const answer = { dialogId: dialog.id, messageId: `m-${q.clientMessageId}`, seq };
    this.sends.set(key, answer);
    return answer;
  }

  #own(actor: Actor): FakeDialog {
    const found = [...this.dialogs.values()].find((d) => d.contactId === actor.id && d.siteId === actor.siteId);
    return found ?? this.start(actor.siteId ?? '', actor.id);
  }

  async #resume(q: dialogsV1.ResumeRequest, actor: Actor): Promise<dialogsV1.ResumeResponse> {
    const events: dialogsV1.DialogEvent[] = [];
    const heads: Record<string, number> = {};
    for (const [id, seq] of Object.entries(q.dialogs)) {
      const dialog = this.dialogs.get(id);
      if (!dialog || !this.#sees(actor, dialog)) continue;
      heads[id] = dialog.events.length;
      events.push(...dialog.events.slice(seq).map((e) => shown(e, actor)));
    }
    await this.beforeResumeAnswer();
    return { events: events.slice(0, this.resumePage), heads };
  }
}

function shown(event: dialogsV1.DialogEvent, actor: Actor): dialogsV1.DialogEvent {
  const { envelope } = event;
  if (actor.kind !== 'contact' || !envelope || !HIDDEN.has(envelope.type)) return event;
  return { ...event, envelope: { ...envelope, type: 'hidden', actor: undefined }, body: undefined };
}

function toDialog(d: FakeDialog): dialogsV1.Dialog {
  return {
    id: d.id,
    siteId: d.siteId,
    status: d.status,
    channel: dialogsV1.Channel.CHANNEL_CHAT,
    assigneeId: d.assigneeId,
    seq: d.events.length,
    lastMessage: undefined,
    contact: { id: d.contactId, name: 'Anna', email: '' },
    tags: d.tags,
    unread: 1,
    waitingSince: new Date(0),
    createdAt: new Date(0),
    lastActivityAt: new Date(0),
    closedAt: undefined,
    readSeq: 0,
    deliveredSeq: 0,
  };
}
