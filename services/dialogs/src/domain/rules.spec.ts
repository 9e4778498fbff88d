import { describe, expect, it } from '@jest/globals';
import { DIALOG_EVENT_TYPES } from '@beseda/contracts';
import { contactSees } from './contact-view.js';
import { assertEventSize, cleanText } from './message-rules.js';
import { reopenWindowMs } from './reopen-window.js';
import { MAX_TOKENS, MAX_TOKEN, queryWords, tokensOf, tokensToAdd } from './search-tokens.js';
import { REMEMBERED_MESSAGES, remember, unreadAfter } from './unread.js';

describe('what a contact may see', () => {
  it('messages and the state of the dialog, nothing that goes on among operators', () => {
    const hidden = DIALOG_EVENT_TYPES.filter((type) => !contactSees(type));
    expect(hidden).toEqual(['note.added', 'dialog.assigned', 'dialog.unassigned', 'dialog.tagged']);
    expect(contactSees('dialog.from-a-later-version')).toBe(false);
  });
});

describe('unread', () => {
  it('is what the other side wrote after the mark', () => {
    expect(unreadAfter(3, 4, [1, 3, 4, 9])).toBe(2);
    expect(unreadAfter(9, 4, [1, 3, 4, 9])).toBe(0);
  });

  it('is exact for who has read nothing, however much there is', () => {
    const seqs = Array.from({ length: 1000 }, (_, i) => i + 1).reduce<number[]>(remember, []);
    expect(seqs).toHaveLength(REMEMBERED_MESSAGES);
    expect(unreadAfter(0, 1000, seqs)).toBe(1000);
    expect(unreadAfter(990, 1000, seqs)).toBe(10);
  });
});

describe('words for the search', () => {
  it('are lower-cased runs of letters and digits, each once', () => {
    expect(tokensOf('Ёлка, ЁЛКА! №5', 'Anna <anna.petrova@example.com>', undefined)).toEqual([
      'елка',
      'no5',
      'anna',
      'petrova',
      'example',
      'com',
    ]);
    expect(tokensOf('x'.repeat(99))[0]).toHaveLength(MAX_TOKEN);
    expect(queryWords('a b c d e f g h i j')).toHaveLength(8);
  });

  it('are the same with accents, soft hyphens, zero-width signs and other forms of a letter', () => {
    expect(tokensOf('Café naïve Ångström')).toEqual(tokensOf('cafe NAIVE angstrom'));
    expect(tokensOf('за\u0301мок чай')).toEqual(['замок', 'чай']);
    expect(tokensOf('Hand\u00adbuch zero\u200bwidth e\u0301t\u00e9')).toEqual(['handbuch', 'zerowidth', 'ete']);
    expect(tokensOf('हिन्दी שָׁלוֹם')).toEqual(['हिन्दी', 'שלום']);
    expect(tokensOf('ok👍🏽 ❤️')).toEqual(['ok', '👍', '❤']);
  });

  it('of phone numbers are their digits, with and without country and city', () => {
    expect(tokensOf('Tel. +7 (912) 345-67-89.')).toEqual(
      expect.arrayContaining(['79123456789', '9123456789', '3456789']),
    );
    for (const q of ['+7 912 345-67-89', '8 (912) 345 67 89', '912 345 67 89', '345-67-89', '3456789']) {
      const [word = '', ...more] = queryWords(q);
      expect(more).toEqual([]);
      expect(tokensOf('+79123456789').some((token) => token.startsWith(word))).toBe(true);
    }
    expect(queryWords('order 12 of 2026')).toEqual(['order', '12', 'of', '2026']);
    expect(queryWords('12 2026')).toEqual(['12', '2026']);
    expect(queryWords('???')).toEqual([]);
  });

  it("make room for new ones, but the contact's stay", () => {
    const known = ['anna', ...Array.from({ length: MAX_TOKENS - 1 }, (_, i) => `w${i}`)];
    expect(tokensToAdd(known, ['w1', 'w2'], ['anna'])).toEqual([]);
    expect(tokensToAdd(known, ['new'], ['anna'])).toEqual(['new', 'anna']);
    expect(tokensToAdd(['anna'], ['new', 'anna'], ['anna'])).toEqual(['new']);
    expect(tokensToAdd([], ['new'], ['anna'])).toEqual(['new', 'anna']);
  });
});

describe('texts', () => {
  const blanks = {
    spaces: ' \t\n\u00a0\u3000',
    NUL: '\0\0',
    'control characters': '\x01\x1b\x7f\x85',
    'zero-width characters': '\u200b\u200c\u200d\u2060\ufeff',
    'directions and soft hyphens': '\u202e\u2066\u00ad',
    fillers: '\u3164\u115f\uffa0\u2800',
    'variation selectors': '\ufe0f\u{e0100}',
    'halves of pairs': '\ud83d',
  };
  for (const [what, text] of Object.entries(blanks))
    it(`of ${what} only are refused`, () => expect(() => cleanText(text)).toThrow('at least one character'));

  it('are kept but for control characters; halves of pairs are replaced', () => {
    expect(cleanText(' a\0b\x07\r\nc\td ')).toBe('ab\nc\td');
    expect(cleanText('half \ud83d of a pair')).toBe('half \ufffd of a pair');
    expect(cleanText('👩‍👩‍👧 می‌خواهم ❤️')).toBe('👩‍👩‍👧 می‌خواهم ❤️');
  });
});

describe('limits', () => {
  it('an event has at most 64 kB', () => {
    expect(() => assertEventSize(65_536)).not.toThrow();
    expect(() => assertEventSize(65_537)).toThrow('65536');
  });

  it('the reopen window is a day unless the site says otherwise', () => {
    expect(reopenWindowMs(undefined)).toBe(86_400_000);
    expect(reopenWindowMs(0)).toBe(0);
    expect(reopenWindowMs(2)).toBe(7_200_000);
  });
});
