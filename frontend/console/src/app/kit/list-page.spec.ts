import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Toasts } from '../core/toast.js';
import { ListPageHarness, type SidePanelHarness } from '../testing/harnesses.js';
import { refused, setUp, settle, type FakeApi, type FakeLive } from '../testing/setup.js';
import { ShelvesPage, type Shelf } from '../testing/shelves-page.js';
import { provideMoreIcons } from '../ui/icons-more.js';
import { Confirm, type Question } from './confirm.js';

let api: FakeApi;
let live: FakeLive;
let fixture: ComponentFixture<ShelvesPage>;
let page: ListPageHarness;
let shelves: readonly Shelf[];
let asked: Question[];
let answer: boolean;

const shelf = (id: string, name: string, version = 1): Shelf => ({ id, name, version });

beforeEach(async () => {
  sessionStorage.clear();
  [asked, answer] = [[], true];
  const ask = async (question: Question): Promise<boolean> => (asked.push(question), answer);
  const more = await setUp({ providers: [provideMoreIcons(), { provide: Confirm, useValue: { ask } }] });
  ({ api, live } = more);
  await more.i18n.need(['settings', 'library']);
  shelves = [shelf('a', 'Альпинизм'), shelf('b', 'Байдарки')];
  api.on('GET', /\/shelves$/, () => ({ items: shelves }));
});

/** The page, once the list was answered. */
async function open(ready = true): Promise<void> {
  fixture = TestBed.createComponent(ShelvesPage);
  document.body.append(fixture.nativeElement as HTMLElement);
  page = await TestbedHarnessEnvironment.loader(fixture).getHarness(ListPageHarness);
  if (ready) await settle(() => api.count('GET', /shelves/) > 0, 'the list');
}

async function panel(): Promise<SidePanelHarness> {
  const shown = await page.panel();
  if (!shown) throw new Error('No panel is open');
  return shown;
}

const edit = (id: string): Promise<void> => page.press(`[data-actions-of=${id}]`);

describe('a list page', () => {
  it('shows heading, rows and button', async () => {
    await open();
    expect([await page.head(), await page.rows(), await page.state()]).toEqual([
      'Теги Добавить тег',
      ['Альпинизм ✕', 'Байдарки ✕'],
      '',
    ]);
    expect(document.title).toBe('Теги · Беседа');
  });

  it('shows a skeleton only for a list that takes its time', async () => {
    let send = (_value: unknown): void => undefined;
    api.on('GET', /\/shelves$/, () => new Promise((resolve) => (send = resolve)));
    fixture = TestBed.createComponent(ShelvesPage);
    TestBed.tick();
    const skeleton = (): boolean =>
      (fixture.nativeElement as HTMLElement).querySelector('[data-testid=shelves-skeleton]') !== null;
    expect(skeleton()).toBe(false);
    await settle(skeleton, 'the skeleton');
    send({ items: shelves });
    await settle(() => !skeleton(), 'the list');
  });

  it('says what failed and tries again', async () => {
    api.on('GET', /\/shelves$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await open();
    expect(await page.state()).toBe('Теги не загрузились');
    api.on('GET', /\/shelves$/, () => ({ items: shelves }));
    await page.press('[data-testid=settings-retry]');
    expect(await page.rows()).toHaveLength(2);
  });

  it('offers the first one where there is none, in the list alone', async () => {
    shelves = [];
    await open();
    expect([await page.state(), await page.head()]).toEqual(['Тегов пока нет', 'Теги']);
    await page.press('.empty [data-testid=add-shelf]');
    expect(await (await panel()).title()).toBe('shelf-panel: Тег');
  });

  it('finds rows, and goes back to all of them', async () => {
    await open();
    await page.search('Бай');
    expect(await page.rows()).toEqual(['Байдарки ✕']);
    await page.search('Вёсла');
    expect(await page.state()).toContain('Вёсла');
    await page.press('.empty .btn');
    expect(await page.rows()).toHaveLength(2);
  });

  it('asks before an action and says above the list why it failed', async () => {
    api.on('DELETE', /./, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await open();
    answer = false;
    await page.press('[data-remove=a]');
    expect([asked.length, api.count('DELETE', /./)]).toEqual([1, 0]);
    answer = true;
    await page.press('[data-remove=a]');
    expect([await page.trouble(), (await page.rows()).length]).toEqual([
      expect.stringContaining('«Альпинизм»: не получилось.'),
      2,
    ]);
    api.on('DELETE', /./, () => undefined);
    await page.press('[data-remove=a]');
    expect([await page.trouble(), await page.rows()]).toEqual(['', ['Байдарки ✕']]);
  });

  it('closes the panel of what was removed', async () => {
    api.on('DELETE', /./, () => undefined);
    await open();
    await edit('a');
    await page.press('[data-remove=b]');
    expect(await page.panel()).not.toBeNull();
    await page.press('[data-remove=a]');
    expect(await page.panel()).toBeNull();
  });
});

describe('a side panel', () => {
  it('opens with the focus in its first field and gives it back to the row', async () => {
    await open();
    await edit('b');
    expect([await (await panel()).focused(), await (await panel()).value('setting-name')]).toEqual([
      'setting-name',
      'Байдарки',
    ]);
    await (await panel()).close();
    expect([await page.panel(), await page.focused('[data-actions-of=b]'), asked]).toEqual([null, true, []]);
    await page.press('[data-testid=add-shelf]');
    await (await panel()).close();
    expect(await page.focused('[data-testid=add-shelf]')).toBe(true);
  });

  it('gives way with changes only after a question', async () => {
    await open();
    await edit('a');
    await (await panel()).fill('setting-name', 'Верёвки');
    answer = false;
    await (await panel()).close();
    await edit('b');
    expect([asked.length, await (await panel()).value('setting-name')]).toEqual([2, 'Верёвки']);
    answer = true;
    await edit('b');
    expect(await (await panel()).value('setting-name')).toBe('Байдарки');
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    await settle(() => (fixture.nativeElement as HTMLElement).querySelector('.side') === null, 'the panel to close');
  });

  it('saves what was changed, with the version, and says so', async () => {
    api.on('PATCH', /\/shelves\/a$/, (_path, body) => ({ ...shelves[0], ...(body as object), version: 2 }));
    await open();
    await edit('a');
    expect(await (await panel()).idle()).toBe(true);
    await (await panel()).act();
    expect(api.count('PATCH', /./)).toBe(0);
    await edit('a');
    await (await panel()).fill('setting-name', '  Верёвки ');
    expect(await (await panel()).text('.side__f .hint')).toBe('Изменено: название');
    await (await panel()).act();
    expect(api.calls.at(-1)?.body).toEqual({ name: 'Верёвки', version: 1 });
    expect([await page.panel(), await page.rows(), TestBed.inject(Toasts).shown()?.text]).toEqual([
      null,
      ['Верёвки ✕', 'Байдарки ✕'],
      'Тег сохранён',
    ]);
  });

  it('sends nothing that is wrong, and puts errors of the server to their field or above the button', async () => {
    await open();
    await page.press('[data-testid=add-shelf]');
    await (await panel()).act();
    expect([await (await panel()).errors(), api.count('POST', /./)]).toEqual([['Заполните это поле'], 0]);
    const errors = [{ path: 'name', code: 'already_exists', message: '' }];
    api.on('POST', /./, () => {
      throw refused(409, 'ALREADY_EXISTS', { errors });
    });
    await (await panel()).fill('setting-name', 'Байдарки');
    await (await panel()).act();
    expect(await (await panel()).errors()).toEqual(['Такое уже есть']);
    api.on('POST', /./, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await (await panel()).fill('setting-name', 'Вёсла');
    await (await panel()).act();
    expect(await (await panel()).text('[data-testid=settings-problem]')).not.toBeNull();
    expect(await (await panel()).value('setting-name')).toBe('Вёсла');
  });

  it('takes in what others changed meanwhile', async () => {
    await open();
    await edit('a');
    shelves = [shelf('a', 'Верёвки', 2)];
    live.notices.next({ name: 'settings.changed', body: { kind: 'shelf' } });
    await settle(() => api.count('GET', /shelves/) === 2, 'the list to be read again');
    expect(await (await panel()).value('setting-name')).toBe('Верёвки');
  });

  it('keeps what was typed when somebody was faster and their version cannot be read', async () => {
    await open();
    api.on('GET', /\/shelves$/, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await edit('a');
    await (await panel()).fill('setting-name', 'Верёвки');
    api.on('PATCH', /./, () => {
      throw refused(409, 'ABORTED', { errors: [{ path: 'version', code: 'stale_version', message: '' }] });
    });
    await (await panel()).act();
    expect(await (await panel()).text('[data-testid=settings-problem]')).not.toBeNull();
    expect(await (await panel()).value('setting-name')).toBe('Верёвки');
  });
});
