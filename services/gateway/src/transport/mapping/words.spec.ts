import {
  ACTOR_KINDS,
  ASSIGN_REASONS,
  AUTHORS,
  CHANNELS,
  CLOSE_REASONS,
  PRESENCES,
  REOPEN_REASONS,
  ROLES,
  SENT_VIAS,
  STATUSES,
  VISIBILITIES,
} from '@beseda/api';
import {
  type EnumWords,
  actorKindWords,
  assignReasonWords,
  authorWords,
  channelWords,
  closeReasonWords,
  dialogsV1,
  operatorStateWords,
  reopenReasonWords,
  roleWords,
  sentViaWords,
  statusWords,
  visibilityWords,
} from '@beseda/contracts';
import { describe, expect, it } from '@jest/globals';
import { oneOf } from './words.js';

/** Does not compile while the contracts and the API have different words. */
const pair = <A extends string, W extends string>(
  words: readonly A[],
  table: EnumWords<W, number> & ([A] extends [W] ? ([W] extends [A] ? object : never) : never),
): [readonly string[], EnumWords<string, number>] => [words, table as unknown as EnumWords<string, number>];

const TABLES = [
  pair(CHANNELS, channelWords),
  pair(STATUSES, statusWords),
  pair(AUTHORS, authorWords),
  pair(SENT_VIAS, sentViaWords),
  pair(ASSIGN_REASONS, assignReasonWords),
  pair(CLOSE_REASONS, closeReasonWords),
  pair(REOPEN_REASONS, reopenReasonWords),
  pair(ACTOR_KINDS, actorKindWords),
  pair(PRESENCES, operatorStateWords),
  pair(ROLES, roleWords),
  pair(VISIBILITIES, visibilityWords),
];

describe('words of the API and numbers of the contracts', () => {
  it.each(TABLES)('%j are the same words both ways', (words, table) => {
    expect(table.words).toEqual(words);
    expect(words.map((word) => table.word(table.number(word)))).toEqual(words);
    expect(new Set(words.map((word) => table.number(word))).size).toBe(words.length);
  });

  it.each(TABLES)(
    '%j have no word for "unspecified", for nothing and for what a later version adds',
    (words, table) => {
      expect([0, -1, 999, undefined].map((number) => table.word(number))).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect(() => table.number('no such word')).toThrow(TypeError);
      expect(words).not.toContain('unspecified');
    },
  );

  it('are numbers others have stored', () => {
    expect(channelWords.number('telegram')).toBe(dialogsV1.Channel.CHANNEL_TELEGRAM);
    expect(sentViaWords.word(dialogsV1.SentVia.SENT_VIA_AUTO_REPLY)).toBe('auto-reply');
  });

  it('fall back where another version made a word up', () => {
    expect(oneOf(ROLES, 'admin', 'operator')).toBe('admin');
    expect(oneOf(ROLES, 'emperor', 'operator')).toBe('operator');
    expect(oneOf(ROLES, undefined, 'operator')).toBe('operator');
  });
});
