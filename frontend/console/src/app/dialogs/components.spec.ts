import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { DialogTimeline, type MessageItem } from '@beseda/realtime';
import { signal } from '@angular/core';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type DialogSummary } from '../core/model.js';
import { type I18n } from '../i18n/i18n.js';
import { detail, event, message, summary } from '../testing/data.js';
import { FakeApi, FakeLive, ME, setUp } from '../testing/setup.js';
import { buildBlocks, type GroupBlock } from './blocks.js';
import { Composer } from './composer.js';
import { DialogStore } from './dialog.store.js';
import { DialogRow } from './list/dialog-row.js';
import { EventLine } from './timeline/event-line.js';
import { MessageGroup } from './timeline/message-group.js';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const testId = (fixture: ComponentFixture<unknown>, id: string): HTMLElement | null =>
  (fixture.nativeElement as HTMLElement).querySelector(`[data-testid=${id}]`);
const words = (element: Element | null | undefined): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

let api: FakeApi;
let live: FakeLive;
let i18n: I18n;
const store = { id: signal<string | null>('d1'), siteId: () => 's1', summary: signal(detail()) };

beforeEach(async () => {
  ({ api, live, i18n } = await setUp({ providers: [{ provide: DialogStore, useValue: store }] }));
  store.id.set('d1');
  store.summary.set(detail());
});

describe('DialogRow', () => {
  const show = async (part: Partial<DialogSummary>): Promise<ComponentFixture<DialogRow>> => {
    const fixture = TestBed.createComponent(DialogRow);
    fixture.componentRef.setInput('dialog', summary(part));
    await fixture.whenStable();
    return fixture;
  };
  const state = (fixture: ComponentFixture<DialogRow>): string =>
    words((fixture.nativeElement as HTMLElement).querySelector('.drow__state'));

  it('says one state, the most urgent', async () => {
    expect(state(await show({ waitingSince: ago(26) }))).toBe('ждёт 26 мин');
    const read = {
      lastMessage: { author: 'operator', text: 'a', at: ago(1), seq: 4, operatorId: ME.id },
      readSeq: 4,
    } as const;
    expect(state(await show(read))).toBe('прочитано');
    live.failed.set(new Set(['d1']));
    expect(state(await show({ waitingSince: ago(26) }))).toBe('Не отправлено');
  });

  it('turns from orange to red at fifteen minutes', async () => {
    const late = (await show({ waitingSince: ago(16) })).nativeElement as HTMLElement;
    const early = (await show({ waitingSince: ago(14) })).nativeElement as HTMLElement;
    expect([late.querySelector('.danger') !== null, early.querySelector('.wait') !== null]).toEqual([true, true]);
  });

  it('names the visitor, the author, the assignee and what is in a file', async () => {
    const fixture = await show({
      contact: { id: '0198-7c4f', name: null, email: null, avatarSeed: 'x' },
      lastMessage: {
        author: 'operator',
        file: { name: 'Чек.pdf', type: 'application/pdf' },
        at: ago(1),
        seq: 1,
        operatorId: ME.id,
      },
      assigneeId: 'op-2',
      unread: 3,
    });
    const host = fixture.nativeElement as HTMLElement;
    expect(words(host.querySelector('.drow__name'))).toBe('Посетитель 7C4F');
    expect(words(host.querySelector('.drow__text'))).toBe('Вы: Чек.pdf');
    expect(words(testId(fixture, 'dialog-assignee'))).toBe('Тимур Гайсин');
    expect(words(testId(fixture, 'dialog-unread'))).toContain('3');
    expect(host.dataset).toMatchObject({ testid: 'dialog-row', dialogId: 'd1' });
  });

  it('shows two tags, how many more there are, and that nobody is assigned', async () => {
    const fixture = await show({ tags: ['a', 'b', 'c', 'd'] });
    const tags = [...(fixture.nativeElement as HTMLElement).querySelectorAll('.tag')].map(words);
    expect([tags, words(testId(fixture, 'dialog-assignee'))]).toEqual([['a', 'b', '+2'], 'Ничей']);
  });

  it('follows a change of language without a reload', async () => {
    const fixture = await show({});
    await i18n.use('en');
    await fixture.whenStable();
    expect(words(testId(fixture, 'dialog-assignee'))).toBe('Unassigned');
  });
});

describe('Composer', () => {
  let sent: (string | File)[];
  const show = async (): Promise<{ fixture: ComponentFixture<Composer>; area: HTMLTextAreaElement }> => {
    const fixture = TestBed.createComponent(Composer);
    sent = [];
    fixture.componentInstance.text.subscribe((text) => sent.push(text));
    fixture.componentInstance.file.subscribe((file) => sent.push(file));
    await fixture.whenStable();
    return { fixture, area: testId(fixture, 'composer') as HTMLTextAreaElement };
  };
  const type = (area: HTMLTextAreaElement, text: string): void => {
    area.value = text;
    area.dispatchEvent(new Event('input'));
  };
  const press = (area: HTMLTextAreaElement, init: KeyboardEventInit): void =>
    void area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true, bubbles: true, ...init }));

  it('sends with Ctrl+Enter and Cmd+Enter, not with Enter, and empties itself', async () => {
    const { area, fixture } = await show();
    type(area, '  Здравствуйте  ');
    press(area, {});
    expect(sent).toEqual([]);
    press(area, { ctrlKey: true });
    type(area, 'ещё');
    press(area, { metaKey: true });
    press(area, { ctrlKey: true });
    await fixture.whenStable();
    expect([sent, area.value]).toEqual([['Здравствуйте', 'ещё'], '']);
  });

  it('keeps a draft per dialog over a reload and loses it when sent', async () => {
    const first = await show();
    type(first.area, 'черновик');
    store.id.set('d2');
    await first.fixture.whenStable();
    expect(first.area.value).toBe('');
    first.fixture.destroy();
    store.id.set('d1');
    const second = await show();
    expect([second.area.value, testId(second.fixture, 'draft-saved') !== null]).toEqual(['черновик', true]);
    press(second.area, { ctrlKey: true });
    second.fixture.destroy();
    expect((await show()).area.value).toBe('');
  });

  it('takes a file of exactly 2,097,152 bytes and refuses one byte more with the limit named', async () => {
    const { fixture } = await show();
    const file = (name: string, size: number): File =>
      Object.defineProperty(new File(['x'], name), 'size', { value: size });
    fixture.componentInstance.attach([file('fits.bin', 2_097_152)]);
    expect(sent.map((one) => (one as File).name)).toEqual(['fits.bin']);
    fixture.componentInstance.attach([file('big.bin', 2_097_153)]);
    await fixture.whenStable();
    expect(sent).toHaveLength(1);
    expect(words(testId(fixture, 'file-error'))).toMatch(/big\.bin.*2 МБ/);
  });

  it('refuses a text that is too long and keeps it', async () => {
    const { area, fixture } = await show();
    type(area, 'я'.repeat(10_001));
    press(area, { ctrlKey: true });
    await fixture.whenStable();
    expect([sent, area.value.length, words(fixture.nativeElement as HTMLElement)]).toEqual([
      [],
      10_001,
      expect.stringContaining('Лишних знаков: 1'),
    ]);
  });

  it('gives way to an explanation when the dialog is finished', async () => {
    store.summary.set(detail({ status: 'finalized' }));
    const { fixture } = await show();
    expect([testId(fixture, 'composer'), testId(fixture, 'composer-finalized') !== null]).toEqual([null, true]);
  });
});

describe('MessageGroup', () => {
  const show = async (group: GroupBlock): Promise<ComponentFixture<MessageGroup>> => {
    const fixture = TestBed.createComponent(MessageGroup);
    fixture.componentRef.setInput('group', group);
    await fixture.whenStable();
    return fixture;
  };
  const groupOf = (timeline: DialogTimeline): GroupBlock => {
    const block = buildBlocks(timeline.items(), null, ME.id).find((one) => one.kind === 'group');
    if (block?.kind !== 'group') throw new Error('no group');
    return block;
  };

  it('marks each message with seq, author and state', async () => {
    const timeline = new DialogTimeline('d1', { own: 'operator' });
    timeline.load([
      message(1, 'a', { actor: 'op-2', minute: 0 }),
      message(2, 'b', { actor: 'op-2', minute: 1 }),
      message(3, '<b>c</b>', { actor: 'op-2', minute: 2 }),
    ]);
    timeline.setWatermarks({ deliveredSeq: 2, readSeq: 1 });
    const fixture = await show(groupOf(timeline));
    const shown = [...(fixture.nativeElement as HTMLElement).querySelectorAll<HTMLElement>('[data-testid=message]')];
    expect(shown.map((one) => [one.dataset['seq'], one.dataset['author'], one.dataset['state'], words(one)])).toEqual([
      ['1', 'operator', 'read', 'a'],
      ['2', 'operator', 'delivered', 'b'],
      ['3', 'operator', 'sent', '<b>c</b>'],
    ]);
    expect(words((fixture.nativeElement as HTMLElement).querySelector('.msg__foot'))).toBe('Отправлено');
  });

  it('says why a message was not sent and offers to send or delete it', async () => {
    const failed: MessageItem = {
      kind: 'message',
      key: 'k',
      seq: null,
      author: 'operator',
      actor: null,
      own: true,
      state: 'failed',
      text: 'x',
      clientMessageId: 'client-1',
      at: ago(1),
      receivedAt: 0,
      problem: { status: 403, code: 'PERMISSION_DENIED', detail: '' },
    };
    const fixture = await show({
      kind: 'group',
      key: 'g',
      author: 'operator',
      actor: null,
      channel: 'chat',
      at: ago(1),
      messages: [failed],
    });
    expect(words((fixture.nativeElement as HTMLElement).querySelector('.msg__foot'))).toContain(
      'Не отправлено: на это у вас нет прав',
    );
    testId(fixture, 'retry')?.click();
    testId(fixture, 'delete-unsent')?.click();
    expect([live.retried, live.removed]).toEqual([['client-1'], ['client-1']]);
    expect(api.calls).toEqual([]);
  });
});

describe('EventLine', () => {
  it.each([
    [
      event(1, 'dialog.assigned', { operatorId: 'op-2', reason: 'first-answer' }),
      'Назначен: Тимур Гайсин, первый ответ',
    ],
    [
      event(1, 'dialog.assigned', { operatorId: 'op-2', reason: 'manual' }, { actor: ME.id }),
      'Назначен: Тимур Гайсин, вручную (Марина Лаврентьева)',
    ],
    [event(1, 'dialog.closed', { reason: 'manual' }, { actor: 'op-2' }), 'Диалог закрыт (Тимур Гайсин)'],
    [event(1, 'dialog.reopened', { reason: 'contact-wrote' }), 'Диалог открыт снова: новое сообщение'],
  ])('says in one sentence what happened (%#)', async (one, sentence) => {
    const fixture = TestBed.createComponent(EventLine);
    const timeline = new DialogTimeline('d1', { own: 'operator' });
    timeline.load([one]);
    fixture.componentRef.setInput('item', timeline.items()[0]);
    await fixture.whenStable();
    expect(words(fixture.nativeElement as HTMLElement)).toContain(sentence);
  });
});
