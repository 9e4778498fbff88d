import { type SeededRandom, seededRandom } from '@beseda/testing';
import { describe, expect, it } from '@jest/globals';
import type { DialogWish } from './commands.js';
import { decide } from './decide.js';
import { type Dialog, NEW_DIALOG, type Who } from './dialog.js';
import { evolve } from './evolve.js';
import { ANNA, CLOCK, HOUR, OLEG, START, VERA, later, wishes, write } from './scenario.fixture.js';

const WINDOW = { reopenWindowMs: 24 * HOUR };

function anyWish(random: SeededRandom, dialog: Dialog): [Who, DialogWish] {
  const team = random.pick([OLEG, VERA]);
  const upTo = random.int(0, dialog.seq + 3);
  return random.pick<[Who, DialogWish]>([
    [ANNA, write('question')],
    [team, write('answer')],
    [team, { type: 'add-note', noteId: 'n', clientMessageId: 'c', text: 'note' }],
    [team, { type: 'set-tags', tags: random.pick([[], ['a'], ['a', 'b'], ['B', 'a ']]) }],
    [team, { type: 'assign', ...random.pick([{}, { operatorId: 'oleg' }, { operatorId: 'vera' }]) }],
    [team, { type: 'close' }],
    [team, { type: 'reopen' }],
    [ANNA, { type: 'record-receipt', deliveredSeq: upTo }],
    [ANNA, { type: 'record-receipt', readSeq: upTo }],
    [CLOCK, { type: 'elapse', ...WINDOW }],
  ]);
}

/** Wishes that, fulfilled once, change nothing when they are repeated at once. */
const SETTLING = new Set(['set-tags', 'assign', 'close', 'reopen', 'record-receipt', 'elapse']);

function assertSound(before: Dialog, dialog: Dialog): void {
  expect(dialog.readSeq).toBeGreaterThanOrEqual(before.readSeq);
  expect(dialog.deliveredSeq).toBeGreaterThanOrEqual(before.deliveredSeq);
  expect(dialog.readSeq).toBeLessThanOrEqual(dialog.deliveredSeq);
  expect(dialog.deliveredSeq).toBeLessThanOrEqual(dialog.seq);
  expect(dialog.closedAt === undefined).toBe(dialog.status === 'open');
  if (dialog.status !== 'open') expect(dialog.waitingSince).toBeUndefined();
  if (before.status === 'finalized') expect(dialog.status).toBe('finalized');
  if (before.status === 'open') expect(dialog.status).not.toBe('finalized');
}

describe('whatever is asked of a dialog, in whatever order', () => {
  it.each(Array.from({ length: 25 }, (_, i) => i + 1))('it stays sound (seed %i)', (seed) => {
    const random = seededRandom(seed);
    let now = 0;
    let dialog = decide(NEW_DIALOG, wishes(ANNA, { ...write('first'), start: START })).reduce(evolve, NEW_DIALOG);
    let events = dialog.seq;
    for (let step = 0; step < 200; step++) {
      now += random.bool(0.02) ? 30 * HOUR : random.int(1, 60_000);
      const [by, wish] = anyWish(random, dialog);
      const command = wishes(by, wish, later(now));
      let made;
      try {
        made = decide(dialog, command);
      } catch (error) {
        // The only refusal that the order of these wishes can bring about.
        expect(error).toMatchObject({ code: 'FAILED_PRECONDITION' });
        expect(dialog.status).not.toBe('open');
        continue;
      }
      const next = made.reduce(evolve, dialog);
      events += made.length;
      expect(next.seq).toBe(events);
      assertSound(dialog, next);
      if (SETTLING.has(wish.type)) expect(decide(next, command)).toEqual([]);
      if (by.kind === 'operator' && wish.type === 'post-message')
        expect(next.assigneeId).toBe(dialog.assigneeId ?? by.id);
      dialog = next;
    }
  });
});
