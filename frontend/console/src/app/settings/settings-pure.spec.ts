import { describe, expect, it } from '@jest/globals';
import { slugify } from 'transliteration';
import { WIDGET_COLORS } from '../kit/colors.js';
import { textOn } from './chat/colors.js';
import { tabOf } from './chat/chat-form.js';
import { domainList, domainOf, domainsOf } from './chat/domains.js';
import { addressOf } from './chat/sender-address.js';
import {
  intervalsError,
  nextInterval,
  wholeTime,
  withHolidays,
  holidaysRule,
  valueOf,
  bodyOf,
  type HoursValue,
} from './hours/hours-model.js';
import { openState } from './hours/hours-now.js';
import { MIDDLE, inside, squareOf } from '../kit/crop.js';
import { Field } from '../kit/field.js';
import { mergeFields, pick, same, writePath } from '../kit/paths.js';
import { between, sentenceOf, webAddress } from '../kit/rules.js';

describe('paths', () => {
  it('write without touching the original and share the rest', () => {
    const value = { a: { b: 1 }, c: { d: 2 } };
    const next = writePath(value, 'a.b', 3);
    expect(next).toEqual({ a: { b: 3 }, c: { d: 2 } });
    expect(value.a.b).toBe(1);
    expect(next.c).toBe(value.c);
  });

  it('pick only what is named', () => {
    expect(pick({ a: { b: 1, x: 2 }, c: [1] }, ['a.b', 'c'])).toEqual({ a: { b: 1 }, c: [1] });
  });

  it('compare by content', () => {
    expect(same([{ a: 1, b: 2 }], [{ b: 2, a: 1 }])).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({ a: undefined }, {})).toBe(true);
    expect(same(null, {})).toBe(false);
  });

  it('merge field by field', () => {
    const base = { a: 1, b: 1, c: 1, d: 1 };
    const merged = mergeFields(
      ['a', 'b', 'c', 'd'],
      base,
      { ...base, a: 2, c: 2, d: 2 },
      { ...base, b: 3, c: 3, d: 2 },
    );
    expect(merged).toEqual({ value: { a: 2, b: 3, c: 2, d: 2 }, conflicts: ['c'] });
  });

  it('name fields for tests by the last part and the language', () => {
    expect(['widget.color', 'widget.caption.ru', 'senderName', 'days.d1'].map((path) => Field.testIdOf(path))).toEqual([
      'setting-color',
      'setting-caption-ru',
      'setting-senderName',
      'setting-d1',
    ]);
  });
});

describe('rules', () => {
  it('take whole addresses only', () => {
    const judge = (value: string) => webAddress(value)?.code ?? 'fine';
    expect(['', 'https://shop.example/privacy', 'http://localhost:1/x'].map(judge)).toEqual(['fine', 'fine', 'fine']);
    expect(
      ['lesnaya-tropa/privacy', 'shop.example', 'javascript:alert(1)', 'https://shop', 'ftp://a.b/'].map(judge),
    ).toEqual(Array.from({ length: 5 }, () => 'not_a_url'));
  });

  it('take whole numbers in a range', () => {
    const rule = between(0, 200);
    expect([0, 200].map(rule)).toEqual([null, null]);
    expect([-1, 201, 1.5, null, Number.NaN, '5'].every((value) => rule(value)?.code === 'out_of_range')).toBe(true);
  });

  it('use sentences with a number only when it is known', () => {
    expect(sentenceOf({ code: 'too_long' })).toBe('settings.error.invalid_value');
    expect(sentenceOf({ code: 'too_long', params: { max: 4 } })).toBe('settings.error.too_long');
    expect(sentenceOf({ code: 'never_heard_of' })).toBe('settings.error.other');
  });
});

describe('domains', () => {
  it('are taken as typed or pasted', () => {
    const taken = [
      'Shop.Example',
      ' https://shop.example/path?x ',
      '*.shop.example',
      'shop.example:8080',
      'магазин.рф',
      'localhost',
    ];
    expect(taken.map(domainOf)).toEqual([
      'shop.example',
      'shop.example',
      '*.shop.example',
      'shop.example:8080',
      'магазин.рф',
      'localhost',
    ]);
    expect(['*', 'foo bar', 'shop..example', '-a.example', 'a@b.example'].map(domainOf)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
  });

  it('are a list without repeats; the wrong one is named', () => {
    expect(domainsOf('a.example\nA.example, b.example\n\n')).toEqual(['a.example', 'b.example']);
    expect(domainList('a.example\nfoo bar')).toEqual({ code: 'bad_domain', params: { line: 'foo bar' } });
    expect(domainList('')).toBeNull();
  });
});

describe('colours', () => {
  it('offered can all carry white text', () => {
    expect(WIDGET_COLORS.map((color) => textOn(color)?.text)).toEqual(WIDGET_COLORS.map(() => 'white'));
    expect(WIDGET_COLORS.every((color) => (textOn(color)?.contrast ?? 0) >= 4.5)).toBe(true);
  });

  it('get the text that can be read on them', () => {
    expect(textOn('#ffff00')?.text).toBe('black');
    expect(textOn('#000000')?.contrast).toBe(21);
    expect(textOn('#0b607')).toBeNull();
  });
});

describe('sender address', () => {
  it.each(['Дима', 'Лесная тропа', 'Объезд Щукин «Ёж», съел д’Арк', 'Shop & Co.', 'ООО Подъёмник — центр'])(
    'of %s is what the server makes of it',
    (name) => {
      const local = slugify(name)
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '');
      expect(addressOf(name, 'app7.mail.example')).toBe(`${local}@app7.mail.example`);
    },
  );

  it('is left to the server for other letters, and has a name when there is none', () => {
    expect(addressOf('東京', 'm.example')).toBeUndefined();
    expect(addressOf('...', 'app1.m.example')).toBe('chat@app1.m.example');
  });
});

describe('tabs', () => {
  it('have every field', () => {
    expect(
      ['widget.color', 'widget.visibility', 'offline.ask', 'widget.language', 'domains', 'senderName'].map(tabOf),
    ).toEqual(['look', 'visibility', 'offline', 'languages', 'security', 'look']);
  });
});

const WEEK: HoursValue = {
  enabled: true,
  timezone: 'Europe/Moscow',
  days: {
    ...{
      d1: [
        { from: '09:00', to: '13:00' },
        { from: '14:00', to: '18:00' },
      ],
      d2: [],
      d3: [],
      d4: [],
    },
    ...{ d5: [{ from: '20:00', to: '24:00' }], d6: [], d7: [] },
  },
  holidays: [{ date: '2026-12-28', name: 'Учёт', intervals: [] }],
};

describe('hours', () => {
  it('understand times as people type them', () => {
    expect(['9', '930', '09:30', '9.30', '24', '00:00'].map((typed) => wholeTime(typed, 'from'))).toEqual([
      '09:00',
      '09:30',
      '09:30',
      '09:30',
      '24:00',
      '00:00',
    ]);
    expect(wholeTime('0000', 'to')).toBe('24:00');
    expect(['25', '9:75', 'утро'].map((typed) => wholeTime(typed, 'from'))).toEqual(['25', '9:75', 'утро']);
  });

  it('object to intervals that end before they begin or overlap', () => {
    expect(
      intervalsError([
        { from: '14:00', to: '18:00' },
        { from: '09:00', to: '14:00' },
      ]),
    ).toBeNull();
    expect(intervalsError([{ from: '18:00', to: '09:00' }])?.code).toBe('interval_order');
    expect(intervalsError([{ from: '9', to: '18:00' }])?.code).toBe('interval_order');
    expect(
      intervalsError([
        { from: '09:00', to: '14:00' },
        { from: '13:59', to: '18:00' },
      ])?.code,
    ).toBe('overlap');
  });

  it('object to holidays without a date and to a date that stands twice', () => {
    const day = { name: '', intervals: [] };
    expect(holidaysRule([{ ...day, date: '' }])?.code).toBe('holiday_date');
    expect(
      holidaysRule([
        { ...day, date: '2027-01-01' },
        { ...day, date: '2027-01-01' },
      ])?.code,
    ).toBe('holiday_twice');
    expect(holidaysRule([{ ...day, date: '2027-01-01' }])).toBeNull();
  });

  it('offer a next interval while there is room', () => {
    expect(nextInterval([])).toEqual({ from: '09:00', to: '18:00' });
    expect(nextInterval([{ from: '09:00', to: '13:00' }])).toEqual({ from: '14:00', to: '16:00' });
    expect(nextInterval([{ from: '09:00', to: '23:30' }])).toBeUndefined();
  });

  it('go to the server in order and come back the same', () => {
    const mixed = { ...WEEK, days: { ...WEEK.days, d1: [...WEEK.days.d1].reverse() } };
    expect(valueOf(bodyOf(mixed, 3))).toEqual(WEEK);
  });

  it('take imported holidays without touching those that are there', () => {
    const own = [{ date: '2027-01-01', name: 'Своё', intervals: [{ from: '10:00', to: '12:00' }] }];
    const merged = withHolidays(own, [
      { date: '2027-02-23', name: 'Б', intervals: [] },
      { date: '2027-01-01', name: 'А', intervals: [] },
    ]);
    expect(merged.map((day) => day.name)).toEqual(['Своё', 'Б']);
  });

  const at = (iso: string): number => Date.parse(iso);
  it.each([
    // Moscow is three hours ahead of UTC all year
    ['2026-11-23T06:00:00Z', { kind: 'open', until: '13:00' }],
    ['2026-11-23T05:59:00Z', { kind: 'closed', from: '09:00', inDays: 0, weekday: 1 }],
    ['2026-11-23T10:00:00Z', { kind: 'closed', from: '14:00', inDays: 0, weekday: 1 }],
    ['2026-11-23T15:00:00Z', { kind: 'closed', from: '20:00', inDays: 4, weekday: 5 }],
    ['2026-11-27T20:59:00Z', { kind: 'open', until: '24:00' }],
    ['2026-11-27T21:00:00Z', { kind: 'closed', from: '09:00', inDays: 2, weekday: 1 }],
    // a holiday on Monday
    ['2026-12-26T09:00:00Z', { kind: 'closed', from: '20:00', inDays: 6, weekday: 5 }],
  ] as const)('at %s the site is as the schedule says', (iso, state) => {
    expect(openState(WEEK, at(iso))).toEqual(state);
  });

  it('switched off are round the clock; without any there is never an opening', () => {
    expect(openState({ ...WEEK, enabled: false }, 0)).toEqual({ kind: 'always' });
    const none = { ...WEEK, days: { ...WEEK.days, d1: [], d5: [] } };
    expect(openState(none, 0)).toEqual({ kind: 'never' });
    expect(() => openState({ ...WEEK, timezone: 'Moon/Crater' }, 0)).toThrow(RangeError);
  });
});

describe('crop', () => {
  const wide = { width: 400, height: 200 };
  it('takes the middle square and stays inside', () => {
    expect(squareOf(wide, MIDDLE)).toEqual({ left: 100, top: 0, side: 200 });
    expect(squareOf(wide, inside(wide, { x: 5, y: -5, zoom: 2 }))).toEqual({ left: 300, top: 0, side: 100 });
    expect(inside(wide, { x: 0.5, y: 0.5, zoom: 99 }).zoom).toBe(4);
  });
});
