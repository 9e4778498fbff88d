import { describe, expect, it } from '@jest/globals';
import {
  ANNA,
  ANSWERED,
  ASKED,
  CLOCK,
  CLOSED,
  FINALIZED,
  HOUR,
  OLEG,
  did,
  later,
  scenario,
  wishes,
  wrote,
} from './scenario.fixture.js';

describe('tags', () => {
  const tagged = (...tags: string[]) => did(OLEG, { type: 'dialog.tagged', tags });
  const tag = (...tags: string[]) => wishes(OLEG, { type: 'set-tags', tags });

  it('are kept clean: no blanks around or doubled, each once whatever its case', () => {
    scenario
      .given(...ASKED)
      .when(tag(' VIP ', 'vip', 'two   words', 'Возврат'))
      .then(tagged('VIP', 'two words', 'Возврат'))
      .thenState((dialog) => expect(dialog.tags).toEqual(['VIP', 'two words', 'Возврат']));
  });

  it('set again, in whatever order, change nothing', () => {
    scenario
      .given(...ASKED, tagged('a', 'b'))
      .when(tag('b', ' a'))
      .then();
    scenario
      .given(...ASKED)
      .when(tag())
      .then();
  });

  it('can be taken away', () => {
    scenario
      .given(...ASKED, tagged('a', 'b'))
      .when(tag())
      .then(tagged());
  });

  it('are at most 20 of 1 to 40 characters', () => {
    const many = Array.from({ length: 21 }, (_, i) => `tag ${i}`);
    const given = scenario.given(...ASKED);
    given.when(tag(...many)).thenError({ code: 'INVALID_ARGUMENT' });
    given.when(tag(...many.slice(1))).then(tagged(...many.slice(1)));
    given.when(tag('x'.repeat(41))).thenError({ code: 'INVALID_ARGUMENT' });
    given.when(tag('😀'.repeat(40))).then(tagged('😀'.repeat(40)));
    given.when(tag(' ')).thenError({ code: 'INVALID_ARGUMENT' });
  });
});

describe('assignment', () => {
  const assign = (operatorId?: string, onlyIfUnassigned = false) =>
    wishes(OLEG, { type: 'assign', ...(operatorId === undefined ? {} : { operatorId }), onlyIfUnassigned });

  it('gives the dialog to an operator', () => {
    scenario
      .given(...ASKED)
      .when(assign('vera'))
      .then(did(OLEG, { type: 'dialog.assigned', operatorId: 'vera', reason: 'manual' }));
  });

  it('takes it from the one who had it', () => {
    scenario
      .given(...ANSWERED)
      .when(assign('vera'))
      .then(did(OLEG, { type: 'dialog.assigned', operatorId: 'vera', previousOperatorId: 'oleg', reason: 'manual' }))
      .thenState((dialog) => expect(dialog.assigneeId).toBe('vera'));
  });

  it('to the same operator again changes nothing', () => {
    scenario
      .given(...ANSWERED)
      .when(assign('oleg'))
      .then();
  });

  it('only if unassigned leaves it where it is', () => {
    scenario
      .given(...ANSWERED)
      .when(assign('vera', true))
      .then();
    scenario
      .given(...ASKED)
      .when(assign('vera', true))
      .thenEvents((events) => expect(events).toHaveLength(1));
  });

  it('can be taken away, once', () => {
    const unassigned = did(OLEG, { type: 'dialog.unassigned', previousOperatorId: 'oleg', reason: 'manual' });
    scenario
      .given(...ANSWERED)
      .when(assign())
      .then(unassigned)
      .thenState((dialog) => expect(dialog.assigneeId).toBeUndefined());
    scenario
      .given(...ANSWERED, unassigned)
      .when(assign())
      .then();
  });

  it('of a finalized dialog is refused', () => {
    scenario
      .given(...ANSWERED, CLOSED, FINALIZED)
      .when(assign('vera'))
      .thenError({ code: 'FAILED_PRECONDITION' });
  });
});

describe('closing and reopening', () => {
  const close = wishes(OLEG, { type: 'close' });
  const reopen = wishes(OLEG, { type: 'reopen' });

  it('closing settles the question', () => {
    scenario
      .given(...ASKED)
      .when(close)
      .then(CLOSED)
      .thenState((dialog) => {
        expect(dialog).toMatchObject({ status: 'closed', closedAt: CLOSED.at });
        expect(dialog.waitingSince).toBeUndefined();
      });
  });

  it('closing what is closed changes nothing', () => {
    scenario
      .given(...ASKED, CLOSED)
      .when(close)
      .then();
    scenario
      .given(...ASKED, CLOSED, FINALIZED)
      .when(close)
      .then();
  });

  it('an operator reopens a closed dialog', () => {
    scenario
      .given(...ASKED, CLOSED)
      .when(reopen)
      .then(did(OLEG, { type: 'dialog.reopened', reason: 'manual' }));
  });

  it('reopening what is open changes nothing, and a finalized dialog stays closed', () => {
    scenario
      .given(...ASKED)
      .when(reopen)
      .then();
    scenario
      .given(...ASKED, CLOSED, FINALIZED)
      .when(reopen)
      .thenError({ code: 'FAILED_PRECONDITION' });
  });
});

describe('receipts', () => {
  const receipt = (deliveredSeq: number, readSeq = 0) =>
    wishes(ANNA, { type: 'record-receipt', deliveredSeq, readSeq }, later(HOUR));
  const delivered = (upToSeq: number) => did(ANNA, { type: 'delivery.changed', upToSeq }, later(HOUR));
  const read = (upToSeq: number) => did(ANNA, { type: 'dialog.read', upToSeq }, later(HOUR));

  it('raise the watermarks', () => {
    scenario
      .given(...ANSWERED)
      .when(receipt(3))
      .then(delivered(3))
      .thenState((dialog) => expect(dialog).toMatchObject({ deliveredSeq: 3, readSeq: 0 }));
  });

  it('what is read has been delivered', () => {
    scenario
      .given(...ANSWERED)
      .when(receipt(0, 3))
      .then(read(3))
      .thenState((dialog) => expect(dialog).toMatchObject({ deliveredSeq: 3, readSeq: 3 }));
  });

  it('both at once', () => {
    scenario
      .given(...ANSWERED, wrote(OLEG, 'and'))
      .when(receipt(5, 3))
      .then(delivered(5), read(3));
  });

  it('never go down or beyond what there is', () => {
    scenario
      .given(...ANSWERED, read(3))
      .when(receipt(2, 1))
      .then();
    scenario
      .given(...ANSWERED)
      .when(receipt(0, 99))
      .then(read(4));
  });

  it('say nothing new unless they cover a further message of the team, so a receipt of a receipt makes no event', () => {
    scenario
      .given(...ANSWERED, read(4))
      .when(receipt(5, 5))
      .then();
    scenario
      .given(...ASKED)
      .when(receipt(2, 2))
      .then();
  });
});

describe('the clock', () => {
  const elapse = (at: Date) => wishes(CLOCK, { type: 'elapse', reopenWindowMs: 24 * HOUR }, at);

  it('finalizes a dialog when its reopen window has passed', () => {
    scenario
      .given(...ASKED, CLOSED)
      .when(elapse(later(24 * HOUR)))
      .then(FINALIZED)
      .thenState((dialog) => expect(dialog.status).toBe('finalized'));
  });

  it('not before, not when it is open, not twice', () => {
    scenario
      .given(...ASKED, CLOSED)
      .when(elapse(later(24 * HOUR - 1)))
      .then();
    scenario
      .given(...ASKED)
      .when(elapse(later(99 * HOUR)))
      .then();
    scenario
      .given(...ASKED, CLOSED, FINALIZED)
      .when(elapse(later(99 * HOUR)))
      .then();
  });
});
