import { seed } from './stand-in-seed.ts';

/** Made-up dialogs of a shop for hikers, with long names and every kind of message. Times are relative to now. */

export interface StoredEvent {
  readonly eventId: string;
  readonly dialogId: string;
  readonly seq: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly name?: string };
  readonly payload: Record<string, unknown>;
}

export interface StoredDialog {
  readonly id: string;
  status: string;
  readonly channel: string;
  assigneeId: string | null;
  unread: number;
  seq: number;
  readonly tags: string[];
  waitingSince: string | null;
  readonly createdAt: string;
  lastActivityAt: string;
  closedAt: string | null;
  readSeq: number;
  deliveredSeq: number;
  readonly contact: Record<string, unknown> & { id: string; name: string | null; email: string | null };
  readonly events: StoredEvent[];
}

type Draft = readonly [author: 'contact' | 'operator' | 'automation', text: string, minutesAgo: number, who?: string];

/** A time so many minutes ago. */
export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** Names in old messages; the rest of the people is in `stand-in-people-seed.ts`. */
const OPERATORS = [
  { id: 'op-marina', name: 'Марина Лаврентьева' },
  { id: 'op-timur', name: 'Тимур Гайсин' },
  { id: 'op-alex', name: 'Александра Константинопольская-Штейн' },
  { id: 'op-olga', name: 'Ольга Ветрова' },
  { id: 'op-gone', name: 'Павел Уволенный' },
];

/** What the list shows of a file. */
function nameAndType(file: unknown): { name: string; type: string } | undefined {
  const { name, type } = (file ?? {}) as { name?: string; type?: string };
  return name && type ? { name, type } : undefined;
}

export class StandInStore {
  readonly sites = [
    { id: 'lt-7f3a21', name: 'Лесная тропа', role: 'superadmin', domains: [] as string[], avatarUrl: null },
    { id: 'gl-11', name: 'Горная лавка Преображенских', role: 'operator', domains: [] as string[], avatarUrl: null },
  ];
  readonly me = {
    id: 'op-marina',
    name: 'Марина Лаврентьева',
    email: 'm.lavrentieva@lesnaya-tropa.example',
    role: 'superadmin',
    avatarUrl: null,
    sites: [],
  };
  readonly dialogs = new Map<string, StoredDialog>();
  readonly sessions = new Set<string>();
  onEvent: (event: StoredEvent) => void = () => undefined;
  readonly #sent = new Map<string, { messageId: string; seq: number }>();
  n = 0;

  constructor(empty: boolean) {
    if (!empty) seed(this);
  }

  newToken(): string {
    const token = `token-${++this.n}`;
    this.sessions.add(token);
    return token;
  }

  list(query: Record<string, string>): Record<string, unknown>[] {
    const q = query['q']?.toLowerCase();
    const rows = [...this.dialogs.values()].filter((d) => {
      if (query['status'] && query['status'] !== 'all' && d.status !== query['status']) return false;
      if (query['assignee'] === 'me' && d.assigneeId !== this.me.id) return false;
      if (query['assignee'] === 'none' && d.assigneeId !== null) return false;
      if (query['channel'] && d.channel !== query['channel']) return false;
      if (query['tag'] && !d.tags.includes(query['tag'])) return false;
      return (
        !q ||
        JSON.stringify([d.contact.name, d.contact.email, d.events.map((e) => e.payload['text'])])
          .toLowerCase()
          .includes(q)
      );
    });
    return rows.sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1)).map((d) => this.summary(d));
  }

  summary(d: StoredDialog): Record<string, unknown> {
    const last = d.events.findLast((e) => e.type === 'message.posted');
    const { events: _events, contact, ...rest } = d;
    return {
      ...rest,
      contact: { id: contact.id, name: contact.name, email: contact.email, avatarSeed: contact['avatarSeed'] },
      lastMessage: last
        ? {
            author: last.payload['author'],
            text: last.payload['text'],
            file: nameAndType(last.payload['file']),
            at: last.occurredAt,
            seq: last.seq,
            operatorId: last.actor.kind === 'operator' ? last.actor.id : undefined,
          }
        : null,
    };
  }

  others(contactId: string): Record<string, unknown>[] {
    if (!contactId.endsWith('c2')) return [];
    const other = (id: string, channel: string, text: string, days: number): Record<string, unknown> => {
      const at = ago(days * 1440);
      return {
        ...{ id, channel, status: 'closed', assigneeId: null, unread: 0, seq: 2, tags: [] },
        ...{ waitingSince: null, createdAt: at, lastActivityAt: at, closedAt: at, readSeq: 2, deliveredSeq: 2 },
        contact: { id: contactId, name: null, email: null, avatarSeed: 'seed2' },
        lastMessage: { author: 'contact', text, at, seq: 2 },
      };
    };
    return [
      other('o1', 'chat', 'Подбор ботинок «Хибины»', 8),
      other('o2', 'email', 'Оплата заказа № 47950', 50),
      other('o3', 'vk', 'Когда новая партия горелок?', 100),
    ];
  }

  resume(dialogs: Record<string, number>): { events: StoredEvent[]; dialogs: Record<string, number> } {
    const events: StoredEvent[] = [];
    const heads: Record<string, number> = {};
    for (const [id, seq] of Object.entries(dialogs)) {
      const dialog = this.dialogs.get(id);
      if (!dialog) continue;
      events.push(...dialog.events.filter((event) => event.seq > seq));
      heads[id] = dialog.seq;
    }
    return { events, dialogs: heads };
  }

  answer(d: StoredDialog, clientMessageId: string, body: Record<string, unknown>): { messageId: string; seq: number } {
    const known = this.#sent.get(clientMessageId);
    if (known) return known;
    const actor = { kind: 'operator', id: this.me.id, name: this.me.name };
    const messageId = `m${++this.n}`;
    const event = this.push(d, 'message.posted', actor, {
      messageId,
      author: 'operator',
      channel: d.channel,
      sentVia: 'web-console',
      clientMessageId,
      ...body,
    });
    const result = { messageId, seq: event.seq };
    this.#sent.set(clientMessageId, result);
    d.waitingSince = null;
    if (!d.assigneeId) {
      d.assigneeId = this.me.id;
      this.push(d, 'dialog.assigned', actor, { operatorId: this.me.id, reason: 'first-answer' });
    }
    return result;
  }

  /** A message of the customer comes in. */
  say(d: StoredDialog, text: string): StoredEvent {
    d.unread += 1;
    d.waitingSince ??= new Date().toISOString();
    return this.push(
      d,
      'message.posted',
      { kind: 'contact', id: d.contact.id },
      { messageId: `m${++this.n}`, author: 'contact', channel: d.channel, sentVia: 'widget', text },
    );
  }

  /** The customer has read everything. */
  readAll(d: StoredDialog): void {
    const upToSeq = d.seq;
    d.readSeq = d.deliveredSeq = upToSeq;
    this.push(d, 'dialog.read', { kind: 'contact', id: d.contact.id }, { upToSeq });
  }

  assign(d: StoredDialog, operatorId: string | null): void {
    const previous = d.assigneeId;
    d.assigneeId = operatorId;
    const actor = { kind: 'operator', id: this.me.id, name: this.me.name };
    if (operatorId) this.push(d, 'dialog.assigned', actor, { operatorId, reason: 'manual' });
    else this.push(d, 'dialog.unassigned', actor, { previousOperatorId: previous, reason: 'manual' });
  }

  setStatus(d: StoredDialog, status: 'open' | 'closed'): void {
    d.status = status;
    d.closedAt = status === 'closed' ? new Date().toISOString() : null;
    this.push(
      d,
      status === 'closed' ? 'dialog.closed' : 'dialog.reopened',
      { kind: 'operator', id: this.me.id, name: this.me.name },
      { reason: 'manual' },
    );
  }

  /** A new dialog of a stranger. */
  start(name: string | null, text: string, channel = 'chat'): StoredDialog {
    const d = this.dialog(name, channel, [], null, 0);
    d.lastActivityAt = new Date().toISOString();
    this.push(
      d,
      'dialog.started',
      { kind: 'contact', id: d.contact.id },
      { channel, contactId: d.contact.id, externalThread: d.contact.id },
    );
    this.say(d, text);
    return d;
  }

  push(
    d: StoredDialog,
    type: string,
    actor: StoredEvent['actor'],
    payload: Record<string, unknown>,
    at = new Date().toISOString(),
  ): StoredEvent {
    d.seq += 1;
    const event = { eventId: `e${++this.n}`, dialogId: d.id, seq: d.seq, type, occurredAt: at, actor, payload };
    d.events.push(event);
    if (d.lastActivityAt < at) d.lastActivityAt = at;
    this.onEvent(event);
    return event;
  }

  dialog(
    name: string | null,
    channel: string,
    tags: string[],
    assigneeId: string | null,
    minutes: number,
  ): StoredDialog {
    const n = this.dialogs.size;
    const id = `dialog-${String(n).padStart(3, '0')}`;
    const d: StoredDialog = {
      id,
      status: 'open',
      channel,
      assigneeId,
      unread: 0,
      seq: 0,
      tags,
      waitingSince: null,
      createdAt: ago(minutes + 60),
      lastActivityAt: ago(minutes + 60),
      closedAt: null,
      readSeq: 0,
      deliveredSeq: 0,
      events: [],
      contact: {
        id: n === 3 ? '0198f1c2-77aa-7000-9000-00000000c7c4f' : `0198f1c2-0000-7000-9000-0000000000c${n}`,
        name,
        email: null,
        avatarSeed: `seed${n}`,
        siteId: 'lt-7f3a21',
        phone: null,
        userId: null,
        verified: false,
        online: false,
        firstSeenAt: ago(60 * 24 * 40),
        lastSeenAt: ago(minutes),
        visits: 1 + (n % 5),
        pageViews: 3 + n,
        properties: {},
        lastPage: null,
        referrer: null,
        utm: null,
        device: { browser: 'Chrome 142', os: 'Windows 11', type: 'desktop' },
        language: 'ru-RU',
        timezone: 'Europe/Moscow',
        history: [],
      },
    };
    this.dialogs.set(id, d);
    return d;
  }

  talk(d: StoredDialog, lines: readonly Draft[]): void {
    for (const [author, text, minutes, who] of lines) {
      const operator = OPERATORS.find((person) => person.id === (who ?? this.me.id));
      const actor =
        author === 'contact'
          ? { kind: 'contact', id: d.contact.id }
          : author === 'operator'
            ? { kind: 'operator', id: operator?.id ?? '', name: operator?.name ?? '' }
            : { kind: 'automation', id: 'night', name: 'Автоответ «Ночь»' };
      this.push(
        d,
        'message.posted',
        actor,
        { messageId: `m${++this.n}`, author, channel: d.channel, sentVia: 'web-console', text },
        ago(minutes),
      );
    }
  }
}
