import { describe, expect, it } from '@jest/globals';
import { HOUR, NOON, later } from './scenario.fixture.js';
import { type Candidate, type Question, whichDialog } from './which-dialog.js';

const window = 24 * HOUR;
const dialog = (dialogId: string, more: Partial<Candidate> = {}): Candidate => ({
  dialogId,
  status: 'open',
  thread: 's:chat:anna',
  lastActivityAt: NOON,
  ...more,
});
const closed = (dialogId: string, closedAt = NOON): Candidate => dialog(dialogId, { status: 'closed', closedAt });
const ask = (question: Partial<Question>) => whichDialog({ open: [], reopenWindowMs: window, now: NOON, ...question });

describe('which dialog does a message of a contact go to?', () => {
  it('a new one, when there is none', () => expect(ask({})).toEqual({ go: 'new' }));

  it('the open one', () =>
    expect(ask({ open: [dialog('d1')], lastClosed: closed('d0') })).toEqual({ go: 'to', dialogId: 'd1' }));

  it('the one with the newest activity, when a merge left two open', () => {
    const other = dialog('d2', { thread: 's:chat:anna-before', lastActivityAt: later(1) });
    expect(ask({ open: [dialog('d1'), other] })).toEqual({ go: 'to', dialogId: 'd2' });
    expect(ask({ open: [other, dialog('d1')] })).toEqual({ go: 'to', dialogId: 'd2' });
  });

  it('the one closed last, inside the reopen window to the millisecond', () => {
    const lastClosed = closed('d1');
    expect(ask({ lastClosed, now: later(window - 1) })).toEqual({ go: 'to', dialogId: 'd1' });
    expect(ask({ lastClosed, now: later(window) })).toEqual({ go: 'new' });
  });

  it('the one it names, though another is livelier', () => {
    const named = dialog('d1', { thread: 's:chat:anna-before' });
    expect(ask({ named, open: [named, dialog('d2', { lastActivityAt: later(1) })] })).toEqual({
      go: 'to',
      dialogId: 'd1',
    });
    const shut = { ...named, status: 'closed' as const, closedAt: NOON };
    expect(ask({ named: shut, open: [dialog('d2')] })).toEqual({ go: 'to', dialogId: 'd1' });
  });

  it('where it would go without a name, when the named one is closed for good: nothing a contact writes is lost', () => {
    const named = closed('d1');
    expect(ask({ named, lastClosed: named, now: later(window) })).toEqual({ go: 'new' });
    expect(ask({ named: { ...named, status: 'finalized' }, open: [dialog('d2')] })).toEqual({
      go: 'to',
      dialogId: 'd2',
    });
  });

  it('the open one of the thread, when the named one is closed beside it', () =>
    expect(ask({ named: closed('d1'), open: [dialog('d2')] })).toEqual({ go: 'to', dialogId: 'd2' }));

  it('tabs just before and just after the end of the window agree, whoever comes first', () => {
    const [before, after] = [later(window - 1000), later(window + 1000)];
    const lastClosed = closed('d1');
    // First the early tab: it reopens; the late one then finds it open.
    expect(ask({ named: lastClosed, lastClosed, now: before })).toEqual({ go: 'to', dialogId: 'd1' });
    expect(ask({ named: dialog('d1'), open: [dialog('d1')], now: after })).toEqual({ go: 'to', dialogId: 'd1' });
    // First the late tab: it starts anew; the early one, on a slow clock, goes there too.
    expect(ask({ named: lastClosed, lastClosed, now: after })).toEqual({ go: 'new' });
    const question = { named: lastClosed, lastClosed, open: [dialog('d2')], now: before };
    expect(ask(question)).toEqual({ go: 'to', dialogId: 'd2' });
    expect(ask({ open: question.open, lastClosed, now: before })).toEqual({ go: 'to', dialogId: 'd2' });
  });
});
