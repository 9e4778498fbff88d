import { describe, expect, it } from '@jest/globals';
import { inLanguage, readSettings } from './settings.js';

describe('settings', () => {
  it('take what the server says', () => {
    const said = {
      name: 'Тропа',
      color: '#112233',
      language: 'ru',
      fallbackLanguage: 'ru',
      greeting: { ru: 'Привет', en: '' },
      poweredBy: false,
      maxFileBytes: 10,
      avatarUrl: '/api/avatars/s/1',
      caption: { ru: ' Спросите ', en: 'Ask' },
      hideCaption: true,
      corner: 'top-left',
      marginX: 0,
      marginY: 150,
      visibility: 'dialog',
      theme: 'dark',
      senderName: 'Дима',
      online: false,
      operators: [{ id: 'o', name: 'Олег', avatarUrl: null }],
      offline: {
        enabled: true,
        text: { ru: 'Нет', en: 'No' },
        ask: 'phone',
        consentText: { ru: 'Да', en: '' },
        consentUrl: 'https://x.ru/',
      },
    };
    const { enabled: _, ...offline } = said.offline;
    expect(readSettings(said, 'site')).toEqual({
      ...said,
      siteId: 'site',
      caption: { ru: 'Спросите', en: 'Ask' },
      offline,
    });
  });

  it('have a default for everything a server leaves out', () => {
    const defaults = {
      siteId: 'site',
      name: '',
      color: '',
      language: 'auto',
      fallbackLanguage: 'en',
      greeting: null,
      poweredBy: true,
      maxFileBytes: 2_097_152,
      avatarUrl: null,
      caption: null,
      hideCaption: false,
      corner: 'bottom-right',
      marginX: 20,
      marginY: 20,
      visibility: 'always',
      theme: 'auto',
      senderName: '',
      online: null,
      operators: [],
      offline: null,
    };
    for (const said of [undefined, null, 'x', 7, [], {}, { greeting: 'x', corner: 3, operators: {}, offline: [] }])
      expect(readSettings(said, 'site')).toEqual(defaults);
  });

  it('keep margins in reason and links to pages', () => {
    const of = (marginX: unknown): number => readSettings({ marginX }, 's').marginX;
    expect([-5, 0, 200, 5_000, Infinity, '40', null].map(of)).toEqual([0, 0, 200, 200, 20, 20, 20]);
    const link = (consentUrl: unknown): string | undefined =>
      readSettings({ offline: { enabled: true, consentUrl } }, 's').offline?.consentUrl;
    expect(['https://a.ru', 'HTTP://a.ru', 'javascript:alert(1)', 'data:text/html,x', '/privacy', 5].map(link)).toEqual(
      ['https://a.ru', 'HTTP://a.ru', '', '', '', ''],
    );
  });

  it('sign with the site’s name when no sender is named, and show three operators at most, none without a name', () => {
    const operators = [null, { id: '0' }, ...['1', '2', '3', '4'].map((id) => ({ id, name: `n${id}` }))];
    const settings = readSettings({ name: 'Тропа', senderName: '', operators }, 's');
    expect(settings.senderName).toBe('Тропа');
    expect(settings.operators.map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('fall back to the other language', () => {
    expect(inLanguage({ ru: 'да', en: 'yes' }, 'en')).toBe('yes');
    expect(inLanguage({ ru: 'да', en: '' }, 'en')).toBe('да');
    expect(inLanguage({ ru: '', en: 'yes' }, 'ru')).toBe('yes');
    expect(inLanguage(null, 'ru')).toBe('');
  });
});
