import { TestbedHarnessEnvironment } from '@angular/cdk/testing/testbed';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Confirm, type Question } from '../kit/confirm.js';
import { ListPageHarness, type SidePanelHarness } from '../testing/harnesses.js';
import { refused, setUp, settle, type FakeApi } from '../testing/setup.js';
import { provideMoreIcons } from '../ui/icons-more.js';
import { ApiKeys } from './api-keys.js';
import { type ApiKey } from './model.js';

const key = (id: string, part: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name: id,
  prefix: `bsd_${id}`,
  scopes: ['dialogs:read'],
  createdAt: '2026-05-20T09:00:00.000Z',
  createdBy: 'op-2',
  lastUsedAt: null,
  revokedAt: null,
  ...part,
});

describe('the page of API keys', () => {
  let api: FakeApi;
  let page: ListPageHarness;
  let asked: Question[];
  let answer: boolean;

  beforeEach(async () => {
    sessionStorage.clear();
    [asked, answer] = [[], true];
    const ask = async (question: Question): Promise<boolean> => (asked.push(question), answer);
    const more = await setUp({ providers: [provideMoreIcons(), { provide: Confirm, useValue: { ask } }] });
    ({ api } = more);
    await more.i18n.need(['settings', 'system']);
    const items = [
      key('old', { revokedAt: '2026-05-21T09:00:00.000Z' }),
      key('first'),
      key('second', { createdAt: '2026-05-22T09:00:00.000Z' }),
    ];
    api.on('GET', /api-keys$/, () => ({ items, scopes: ['dialogs:read', 'things:new'] }));
    const fixture = TestBed.createComponent(ApiKeys);
    document.body.append(fixture.nativeElement as HTMLElement);
    page = await TestbedHarnessEnvironment.loader(fixture).getHarness(ListPageHarness);
    await settle(() => api.count('GET', /api-keys/) > 0, 'the keys');
  });

  async function panel(): Promise<SidePanelHarness> {
    const shown = await page.panel();
    if (!shown) throw new Error('No panel is open');
    return shown;
  }

  it('shows working keys first, the newest first', async () => {
    expect((await page.rows()).map((row) => row.split(' ')[0])).toEqual([
      expect.stringContaining('second'),
      expect.stringContaining('first'),
      expect.stringContaining('old'),
    ]);
  });

  it('says what a new key lacks, in the words of the page', async () => {
    await page.press('[data-testid=add-key]');
    await (await panel()).act();
    expect(await (await panel()).errors()).toEqual(['Впишите название', 'Выберите хотя бы одно разрешение']);
    expect(api.count('POST', /./)).toBe(0);
  });

  it('shows the secret once, and asks before it is lost', async () => {
    api.on('POST', /api-keys$/, (_path, body) => ({ key: key('third', body as object), secret: 's3cret' }));
    await page.press('[data-testid=add-key]');
    await (await panel()).fill('setting-name', ' 1С ');
    await (await panel()).check('[data-scope="things:new"]');
    await (await panel()).act();
    expect(api.calls.at(-1)?.body).toEqual({ name: '1С', scopes: ['things:new'] });
    expect(await (await panel()).text('[data-testid=key-secret]')).toBe('s3cret');
    answer = false;
    await (await panel()).close();
    expect([asked.map((one) => one.title), await (await panel()).text('[data-testid=key-secret]')]).toEqual([
      ['Ключ скопирован?'],
      's3cret',
    ]);
    await (await panel()).act();
    expect([await page.panel(), asked.length, (await page.rows()).length]).toEqual([null, 1, 4]);
    await settle(() => document.activeElement?.getAttribute('data-testid') === 'add-key', 'the focus to come back');
  });

  it('revokes after a question, and says when it could not', async () => {
    api.on('DELETE', /./, () => {
      throw refused(503, 'UNAVAILABLE');
    });
    await page.press('[data-key-id=first] [data-testid=key-revoke]');
    expect(await page.trouble()).toContain('first.');
    api.on('DELETE', /first$/, () => undefined);
    await page.press('[data-key-id=first] [data-testid=key-revoke]');
    expect((await page.rows()).filter((row) => row.includes('Отозван'))).toHaveLength(2);
  });
});
