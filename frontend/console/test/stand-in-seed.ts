import { ago, type StandInStore, type StoredEvent } from './stand-in-store.ts';

/** Fills the store with the dialogs of a shop for hikers. */
export function seed(store: StandInStore): void {
  const marina = { kind: 'operator', id: 'op-marina', name: 'Марина Лаврентьева' };
  const a = store.dialog('ООО «Высокогорснабэкспедиция»', 'email', ['Опт'], null, 30);
  store.talk(a, [['contact', 'Счёт на 40 спальников и электродокументооборот через оператора', 26]]);
  Object.assign(a, { unread: 3, waitingSince: ago(26) });
  const b = store.dialog('Константин Преображенский-Вольский', 'email', ['Доставка', 'VIP'], 'op-timur', 20);
  store.talk(b, [['contact', 'Re: Заказ № 48107 — отгрузка в Петропавловск-Камчатский', 14]]);
  Object.assign(b, { unread: 1, waitingSince: ago(14) });
  rich(store, marina);
  const v = store.dialog(null, 'chat', [], null, 3);
  store.talk(v, [['contact', 'Палатка «Сарма 3» выдержит ветер 20 м/с на открытой местности?', 3]]);
  Object.assign(v, { unread: 1, waitingSince: ago(3) });
  const f = store.dialog('Рената Ишмухаметова', 'vk', ['Доставка'], 'op-marina', 22);
  store.talk(f, [
    ['contact', 'Где посылка?', 40],
    ['operator', 'Трек-номер: 8011 4729 0035, посылка уже в Казани', 22],
  ]);
  f.readSeq = f.deliveredSeq = f.seq;
  const g = store.dialog('Наталья Первозванская', 'chat', ['Оплата'], 'op-timur', 57);
  store.push(
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
  const h = store.dialog('Мурат Алимбеков', 'vk', ['Гарантия', 'Горелки', 'Повторно', 'Казань'], 'op-alex', 80);
  store.push(
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
  const k = store.dialog('Аркадий', 'telegram', [], 'op-alex', 90);
  store.talk(k, [['contact', 'Рыбоводоплавательноэлектродокументооборотопревосходительствующего?', 90]]);
  const long = store.dialog('Ю Ли', 'chat', [], null, 1500);
  for (let i = 1; i <= 1000; i += 1)
    store.talk(long, [[i % 3 === 0 ? 'operator' : 'contact', `Сообщение номер ${i}`, 3000 - i]]);
  const closed = store.dialog('Дарья Голубева', 'chat', [], 'op-marina', 1600);
  store.talk(closed, [['contact', 'Спасибо, всё пришло!', 1600]]);
  store.push(closed, 'dialog.closed', marina, { reason: 'manual' }, ago(1590));
  Object.assign(closed, { status: 'closed', closedAt: ago(1590) });
  const names = ['Svetlana Kowalczyk', 'Ольга Константинопольская', 'Пётр', 'Жанна д’Арк', 'Эдуард Ёлкин'];
  for (let i = 0; i < 60; i += 1) {
    const d = store.dialog(
      `${names[i % names.length]} ${i}`,
      ['chat', 'email', 'telegram', 'facebook'][i % 4] ?? 'chat',
      i % 3 ? [] : ['Опт'],
      i % 2 ? 'op-olga' : null,
      2000 + i * 300,
    );
    store.talk(d, [['contact', `Вопрос № ${i} о доставке и оплате заказа`, 2000 + i * 300]]);
  }
}

/** The dialog of the mock page: photo, auto-reply, file, note, events, unread. */
function rich(store: StandInStore, marina: StoredEvent['actor']): void {
  const d = store.dialog('Ксения Дорохова', 'telegram', ['Возврат', 'Обувь'], 'op-marina', 12);
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
  store.push(
    d,
    'dialog.started',
    contact,
    { channel: 'telegram', contactId: d.contact.id, externalThread: 'x' },
    ago(1441),
  );
  store.talk(d, [
    [
      'contact',
      'Добрый вечер! Получила заказ № 48213, а внутри ботинки 40-го размера вместо 42-го. На коробке при этом написано 42.',
      1440,
    ],
  ]);
  store.push(
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
  store.talk(d, [
    ['automation', 'Здравствуйте! Мы отвечаем с 9:00 до 21:00. Оставьте телефон, и утром мы напишем первыми.', 1438],
  ]);
  store.push(d, 'dialog.closed', marina, { reason: 'manual' }, ago(60));
  store.push(d, 'dialog.reopened', contact, { reason: 'contact-wrote' }, ago(50));
  store.push(d, 'dialog.assigned', marina, { operatorId: 'op-marina', reason: 'first-answer' }, ago(45));
  store.talk(d, [
    [
      'operator',
      'Ксения, доброе утро! Извините за путаницу. Обменяем без доплаты: 42-й есть, отправим сегодня. Подпишите, пожалуйста, заявление.',
      44,
    ],
  ]);
  store.push(
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
  store.push(
    d,
    'note.added',
    marina,
    {
      noteId: 'n1',
      text: '@Тимур Гайсин, проверь на складе в Химках партию «Хибины» 42: это третья перепутанная коробка за неделю.',
    },
    ago(40),
  );
  store.talk(d, [
    [
      'contact',
      'Распечатать негде, можно подписать в пункте выдачи? Вот этот: https://lesnaya-tropa.example/samovyvoz/krasnogorsk-ulitsa-lenina-38b?from=order',
      13,
    ],
    ['contact', 'И ещё: за обратную доставку платить мне или вам?', 12],
  ]);
  Object.assign(d, { unread: 2, waitingSince: ago(12) });
}
