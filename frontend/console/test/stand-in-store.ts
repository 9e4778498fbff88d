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

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

export class StandInStore {
  readonly sites = [
    { id: 'lt-7f3a21', name: 'Лесная тропа', role: 'admin', domains: [] },
    { id: 'gl-11', name: 'Горная лавка Преображенских', role: 'operator', domains: [] },
  ];
  readonly me = {
    id: 'op-marina',
    name: 'Марина Лаврентьева',
    email: 'm.lavrentieva@lesnaya-tropa.example',
    role: 'admin',
    sites: [],
  };
  readonly operators = [
    { id: 'op-marina', name: 'Марина Лаврентьева', email: 'm@x.example', role: 'admin', disabled: false },
    { id: 'op-timur', name: 'Тимур Гайсин', email: 't@x.example', role: 'operator', disabled: false },
    {
      id: 'op-alex',
      name: 'Александра Константинопольская-Штейн',
      email: 'a@x.example',
      role: 'operator',
      disabled: false,
    },
    { id: 'op-olga', name: 'Ольга Ветрова', email: 'o@x.example', role: 'operator', disabled: false },
    { id: 'op-gone', name: 'Павел Уволенный', email: 'p@x.example', role: 'operator', disabled: true },
  ];
  readonly dialogs = new Map<string, StoredDialog>();
  readonly sessions = new Set<string>();
  onEvent: (event: StoredEvent) => void = () => undefined;
  readonly #sent = new Map<string, { messageId: string; seq: number }>();
  #n = 0;

  constructor(empty: boolean) {
    if (!empty) this.#seed();
  }

  newToken(): string {
    const token = `token-${++this.#n}`;
    this.sessions.add(token);
    return token;
  }

  list(query: Record<string, string>): Record<string, unknown>[] & { id: string; seq: number }[] {
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
    return rows.sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1)).map((d) => this.summary(d)) as never;
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
            file: last.payload['file'],
            at: last.occurredAt,
            seq: last.seq,
            operatorId: last.actor.kind === 'operator' ? last.actor.id : undefined,
          }
        : null,
    };
  }

  others(contactId: string): Record<string, unknown>[] {
    if (!contactId.endsWith('c2')) return [];
    const other = (id: string, channel: string, text: string, days: number): Record<string, unknown> => ({
      id,
      channel,
      status: 'closed',
      tags: [],
      contact: { id: contactId },
      lastActivityAt: ago(days * 1440),
      lastMessage: { author: 'contact', text, at: ago(days * 1440), seq: 2 },
    });
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
    const messageId = `m${++this.#n}`;
    const event = this.#push(d, 'message.posted', actor, {
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
      this.#push(d, 'dialog.assigned', actor, { operatorId: this.me.id, reason: 'first-answer' });
    }
    return result;
  }

  /** A message of the customer comes in. */
  say(d: StoredDialog, text: string): StoredEvent {
    d.unread += 1;
    d.waitingSince ??= new Date().toISOString();
    return this.#push(
      d,
      'message.posted',
      { kind: 'contact', id: d.contact.id },
      { messageId: `m${++this.#n}`, author: 'contact', channel: d.channel, sentVia: 'widget', text },
    );
  }

  /** The customer has read everything. */
  readAll(d: StoredDialog): void {
    const upToSeq = d.seq;
    d.readSeq = d.deliveredSeq = upToSeq;
    this.#push(d, 'dialog.read', { kind: 'contact', id: d.contact.id }, { upToSeq });
  }

  assign(d: StoredDialog, operatorId: string | null): void {
    const previous = d.assigneeId;
    d.assigneeId = operatorId;
    const actor = { kind: 'operator', id: this.me.id, name: this.me.name };
    if (operatorId) this.#push(d, 'dialog.assigned', actor, { operatorId, reason: 'manual' });
    else this.#push(d, 'dialog.unassigned', actor, { previousOperatorId: previous, reason: 'manual' });
  }

  setStatus(d: StoredDialog, status: 'open' | 'closed'): void {
    d.status = status;
    d.closedAt = status === 'closed' ? new Date().toISOString() : null;
    this.#push(
      d,
      status === 'closed' ? 'dialog.closed' : 'dialog.reopened',
      { kind: 'operator', id: this.me.id, name: this.me.name },
      { reason: 'manual' },
    );
  }

  /** A new dialog of a stranger. */
  start(name: string | null, text: string, channel = 'chat'): StoredDialog {
    const d = this.#dialog(name, channel, [], null, 0);
    d.lastActivityAt = new Date().toISOString();
    this.#push(
      d,
      'dialog.started',
      { kind: 'contact', id: d.contact.id },
      { channel, contactId: d.contact.id, externalThread: d.contact.id },
    );
    this.say(d, text);
    return d;
  }

  #push(
    d: StoredDialog,
    type: string,
    actor: StoredEvent['actor'],
    payload: Record<string, unknown>,
    at = new Date().toISOString(),
  ): StoredEvent {
    d.seq += 1;
    const event = { eventId: `e${++this.#n}`, dialogId: d.id, seq: d.seq, type, occurredAt: at, actor, payload };
    d.events.push(event);
    if (d.lastActivityAt < at) d.lastActivityAt = at;
    this.onEvent(event);
    return event;
  }

  #dialog(
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

  #talk(d: StoredDialog, lines: readonly Draft[]): void {
    for (const [author, text, minutes, who] of lines) {
      const operator = this.operators.find((person) => person.id === (who ?? this.me.id));
      const actor =
        author === 'contact'
          ? { kind: 'contact', id: d.contact.id }
          : author === 'operator'
            ? { kind: 'operator', id: operator?.id ?? '', name: operator?.name ?? '' }
            : { kind: 'automation', id: 'night', name: 'Автоответ «Ночь»' };
      this.#push(
        d,
        'message.posted',
        actor,
        { messageId: `m${++this.#n}`, author, channel: d.channel, sentVia: 'web-console', text },
        ago(minutes),
      );
    }
  }

  #seed(): void {
    const marina = { kind: 'operator', id: 'op-marina', name: 'Марина Лаврентьева' };
    const a = this.#dialog('ООО «Высокогорснабэкспедиция»', 'email', ['Опт'], null, 30);
    this.#talk(a, [['contact', 'Счёт на 40 спальников и электродокументооборот через оператора', 26]]);
    Object.assign(a, { unread: 3, waitingSince: ago(26) });
    const b = this.#dialog('Константин Преображенский-Вольский', 'email', ['Доставка', 'VIP'], 'op-timur', 20);
    this.#talk(b, [['contact', 'Re: Заказ № 48107 — отгрузка в Петропавловск-Камчатский', 14]]);
    Object.assign(b, { unread: 1, waitingSince: ago(14) });
    this.#rich(marina);
    const v = this.#dialog(null, 'chat', [], null, 3);
    this.#talk(v, [['contact', 'Палатка «Сарма 3» выдержит ветер 20 м/с на открытой местности?', 3]]);
    Object.assign(v, { unread: 1, waitingSince: ago(3) });
    const f = this.#dialog('Рената Ишмухаметова', 'vk', ['Доставка'], 'op-marina', 22);
    this.#talk(f, [
      ['contact', 'Где посылка?', 40],
      ['operator', 'Трек-номер: 8011 4729 0035, посылка уже в Казани', 22],
    ]);
    f.readSeq = f.deliveredSeq = f.seq;
    const g = this.#dialog('Наталья Первозванская', 'chat', ['Оплата'], 'op-timur', 57);
    this.#push(
      g,
      'message.posted',
      { kind: 'contact', id: g.contact.id },
      {
        messageId: 'm1',
        author: 'contact',
        channel: 'chat',
        sentVia: 'widget',
        file: {
          id: 'f1',
          name: 'Чек_48092.pdf',
          type: 'application/pdf',
          size: 90_000,
          url: '/api/files/1/f1?e=1&s=1',
        },
      },
      ago(57),
    );
    const h = this.#dialog('Мурат Алимбеков', 'vk', ['Гарантия', 'Горелки', 'Повторно', 'Казань'], 'op-alex', 80);
    this.#push(
      h,
      'message.posted',
      { kind: 'contact', id: h.contact.id },
      {
        messageId: 'm2',
        author: 'contact',
        channel: 'vk',
        sentVia: 'widget',
        file: {
          id: 'f2',
          name: 'x.png',
          type: 'image/png',
          size: 90_000,
          width: 640,
          height: 400,
          url: '/api/files/1/f2?e=1&s=1',
        },
      },
      ago(80),
    );
    const k = this.#dialog('Аркадий', 'telegram', [], 'op-alex', 90);
    this.#talk(k, [['contact', 'Рыбоводоплавательноэлектродокументооборотопревосходительствующего?', 90]]);
    const long = this.#dialog('Ю Ли', 'chat', [], null, 1500);
    for (let i = 1; i <= 1000; i += 1)
      this.#talk(long, [[i % 3 === 0 ? 'operator' : 'contact', `Сообщение номер ${i}`, 3000 - i]]);
    const closed = this.#dialog('Дарья Голубева', 'chat', [], 'op-marina', 1600);
    this.#talk(closed, [['contact', 'Спасибо, всё пришло!', 1600]]);
    this.#push(closed, 'dialog.closed', marina, { reason: 'manual' }, ago(1590));
    Object.assign(closed, { status: 'closed', closedAt: ago(1590) });
    const names = ['Svetlana Kowalczyk', 'Ольга Константинопольская', 'Пётр', 'Жанна д’Арк', 'Эдуард Ёлкин'];
    for (let i = 0; i < 60; i += 1) {
      const d = this.#dialog(
        `${names[i % names.length]} ${i}`,
        ['chat', 'email', 'telegram', 'facebook'][i % 4] ?? 'chat',
        i % 3 ? [] : ['Опт'],
        i % 2 ? 'op-olga' : null,
        2000 + i * 300,
      );
      this.#talk(d, [['contact', `Вопрос № ${i} о доставке и оплате заказа`, 2000 + i * 300]]);
    }
  }

  /** The dialog of the mock page: photo, auto-reply, file, note, events, unread. */
  #rich(marina: StoredEvent['actor']): void {
    const d = this.#dialog('Ксения Дорохова', 'telegram', ['Возврат', 'Обувь'], 'op-marina', 12);
    const contact = { kind: 'contact', id: d.contact.id };
    Object.assign(d.contact, {
      email: 'dorohova@pochta.example',
      phone: '+7 912 000-14-27',
      userId: '48213',
      verified: true,
      online: true,
      visits: 14,
      pageViews: 96,
      referrer: 'https://yandex.ru/search',
      firstSeenAt: '2024-10-12T08:00:00Z',
      utm: { source: 'yandex', medium: 'cpc', campaign: 'botinki-osen' },
      device: { browser: 'Chrome 142', os: 'Android 15', type: 'mobile' },
      properties: {
        Покупки: '7 заказов на 84 310 ₽',
        Город: 'Красногорск',
        Оптовик: false,
        'Размер обуви': 42,
        'Любимый раздел': 'Обувь',
        Карта: 'Золотая',
        Менеджер: 'Александра Константинопольская-Штейн',
        Рассылка: true,
        Баллы: 12490,
      },
      history: [
        {
          id: 'h1',
          at: ago(2),
          kind: 'page',
          url: 'https://lesnaya-tropa.example/samovyvoz',
          title: 'Самовывоз: Красногорск',
        },
        {
          id: 'h2',
          at: ago(4),
          kind: 'page',
          url: 'https://lesnaya-tropa.example/obmen',
          title: 'Условия обмена и возврата',
        },
        { id: 'h3', at: ago(5), kind: 'event', name: 'Открыла заказ № 48213' },
        { id: 'h4', at: ago(5), kind: 'page', url: 'https://lesnaya-tropa.example/lk', title: 'Личный кабинет' },
        { id: 'h5', at: ago(6), kind: 'session' },
        { id: 'h6', at: ago(1500), kind: 'identified' },
        { id: 'h7', at: ago(1501), kind: 'page', url: 'https://lesnaya-tropa.example/', title: 'Главная' },
        { id: 'h8', at: ago(1502), kind: 'page', url: 'https://lesnaya-tropa.example/catalog', title: 'Каталог' },
      ],
    });
    this.#push(
      d,
      'dialog.started',
      contact,
      { channel: 'telegram', contactId: d.contact.id, externalThread: 'x' },
      ago(1441),
    );
    this.#talk(d, [
      [
        'contact',
        'Добрый вечер! Получила заказ № 48213, а внутри ботинки 40-го размера вместо 42-го. На коробке при этом написано 42.',
        1440,
      ],
    ]);
    this.#push(
      d,
      'message.posted',
      contact,
      {
        messageId: 'p1',
        author: 'contact',
        channel: 'telegram',
        sentVia: 'widget',
        file: {
          id: 'f3',
          name: 'коробка.png',
          type: 'image/png',
          size: 190_000,
          width: 640,
          height: 400,
          url: '/api/files/1/f3?e=1&s=1',
        },
      },
      ago(1439),
    );
    this.#talk(d, [
      ['automation', 'Здравствуйте! Мы отвечаем с 9:00 до 21:00. Оставьте телефон, и утром мы напишем первыми.', 1438],
    ]);
    this.#push(d, 'dialog.closed', marina, { reason: 'manual' }, ago(60));
    this.#push(d, 'dialog.reopened', contact, { reason: 'contact-wrote' }, ago(50));
    this.#push(d, 'dialog.assigned', marina, { operatorId: 'op-marina', reason: 'first-answer' }, ago(45));
    this.#talk(d, [
      [
        'operator',
        'Ксения, доброе утро! Извините за путаницу. Обменяем без доплаты: 42-й есть, отправим сегодня. Подпишите, пожалуйста, заявление.',
        44,
      ],
    ]);
    this.#push(
      d,
      'message.posted',
      marina,
      {
        messageId: 'p2',
        author: 'operator',
        channel: 'telegram',
        sentVia: 'web-console',
        file: {
          id: 'f4',
          name: 'Заявление_на_обмен_и_возврат_товара_ненадлежащего_качества_48213.pdf',
          type: 'application/pdf',
          size: 188_416,
          url: '/api/files/1/f4?e=1&s=1',
        },
      },
      ago(43),
    );
    d.readSeq = d.deliveredSeq = d.seq;
    this.#push(
      d,
      'note.added',
      marina,
      {
        noteId: 'n1',
        text: '@Тимур Гайсин, проверь на складе в Химках партию «Хибины» 42: это третья перепутанная коробка за неделю.',
      },
      ago(40),
    );
    this.#talk(d, [
      [
        'contact',
        'Распечатать негде, можно подписать в пункте выдачи? Вот этот: https://lesnaya-tropa.example/samovyvoz/krasnogorsk-ulitsa-lenina-38b?from=order',
        13,
      ],
      ['contact', 'И ещё: за обратную доставку платить мне или вам?', 12],
    ]);
    Object.assign(d, { unread: 2, waitingSince: ago(12) });
  }
}
