import { describe, expect, it } from '@jest/globals';
import {
  ANNA,
  ANSWERED,
  ASKED,
  ASSIGNED,
  CLOCK,
  CLOSED,
  FINALIZED,
  HOUR,
  NOON,
  OLEG,
  START,
  STARTED,
  VERA,
  did,
  later,
  scenario,
  wishes,
  write,
  wrote,
} from './scenario.fixture.js';

describe('a contact writes', () => {
  it('the first message starts a dialog that nobody is assigned to and that waits', () => {
    scenario
      .when(wishes(ANNA, { ...write('  Hello '), start: START }))
      .then(STARTED, wrote(ANNA, 'Hello'))
      .thenState((dialog) => {
        expect(dialog).toMatchObject({ seq: 2, status: 'open', waitingSince: NOON, contactMessages: 1 });
        expect(dialog.assigneeId).toBeUndefined();
        expect(dialog.lastMessage).toEqual({ seq: 2, author: 'contact', text: 'Hello', at: NOON });
      });
  });

  it('the next one continues it and still waits since the first', () => {
    scenario
      .given(...ASKED)
      .when(wishes(ANNA, write('Anybody?'), later(HOUR)))
      .then(wrote(ANNA, 'Anybody?', later(HOUR)))
      .thenState((dialog) => expect(dialog).toMatchObject({ waitingSince: NOON, lastActivityAt: later(HOUR), seq: 3 }));
  });

  it('a closed dialog is reopened within the window, with its operator', () => {
    const at = later(24 * HOUR - 1);
    scenario
      .given(...ANSWERED, CLOSED)
      .when(wishes(ANNA, write('One more thing'), at))
      .then(did(ANNA, { type: 'dialog.reopened', reason: 'contact-wrote' }, at), wrote(ANNA, 'One more thing', at))
      .thenState((dialog) => {
        expect(dialog).toMatchObject({ status: 'open', assigneeId: 'oleg', waitingSince: at });
        expect(dialog.closedAt).toBeUndefined();
      });
  });

  it('after the window the dialog takes nothing more from its contact', () => {
    scenario
      .given(...ANSWERED, CLOSED)
      .when(wishes(ANNA, write('Too late'), later(24 * HOUR)))
      .thenError({ code: 'FAILED_PRECONDITION' });
  });

  it('a finalized dialog takes nothing from anybody', () => {
    for (const who of [ANNA, OLEG])
      scenario
        .given(...ANSWERED, CLOSED, FINALIZED)
        .when(wishes(who, write('Too late')))
        .thenError({ code: 'FAILED_PRECONDITION' });
  });

  it('a file is a message of its own', () => {
    const file = { id: 'f1', name: 'photo.png', type: 'image/png', size: 10, width: 2, height: 3 };
    const { text: _, ...message } = write('');
    scenario
      .given(STARTED)
      .when(wishes(ANNA, { ...message, file }))
      .thenEvents(([event]) => expect(event).toMatchObject({ type: 'message.posted', file }))
      .thenState((dialog) =>
        expect(dialog.lastMessage).toEqual({
          seq: 2,
          author: 'contact',
          file: { name: 'photo.png', type: 'image/png' },
          at: NOON,
        }),
      );
    scenario
      .given(STARTED)
      .when(wishes(ANNA, { ...write('both'), file }))
      .thenError({ code: 'INVALID_ARGUMENT' });
    scenario.given(STARTED).when(wishes(ANNA, message)).thenError({ code: 'INVALID_ARGUMENT' });
  });

  it('a text has 1 to 10,000 characters, emoji counted as one', () => {
    const post = (text: string) => scenario.given(STARTED).when(wishes(ANNA, write(text)));
    post(' \n ').thenError({ code: 'INVALID_ARGUMENT' });
    post('я'.repeat(10_001)).thenError({ code: 'INVALID_ARGUMENT' });
    post('😀'.repeat(10_000)).then(wrote(ANNA, '😀'.repeat(10_000)));
  });

  it('without a dialog and without a start there is nothing to write to', () => {
    scenario.when(wishes(ANNA, write('Hello'))).thenError({ code: 'NOT_FOUND' });
  });
});

describe('an operator answers', () => {
  it('the first answer assigns the dialog and ends the waiting', () => {
    scenario
      .given(...ASKED)
      .when(wishes(OLEG, write('Good day')))
      .then(wrote(OLEG, 'Good day'), ASSIGNED)
      .thenState((dialog) => {
        expect(dialog.assigneeId).toBe('oleg');
        expect(dialog.waitingSince).toBeUndefined();
        expect(dialog.lastMessage).toMatchObject({ author: 'operator', operatorId: 'oleg', seq: 3 });
      });
  });

  it("a colleague's answer is delivered and reassigns nothing", () => {
    scenario
      .given(...ANSWERED)
      .when(wishes(VERA, write('Let me add')))
      .then(wrote(VERA, 'Let me add'))
      .thenState((dialog) => expect(dialog.assigneeId).toBe('oleg'));
  });

  it('answering a closed dialog reopens it, however long ago it was closed', () => {
    const at = later(1000 * HOUR);
    scenario
      .given(...ANSWERED, CLOSED)
      .when(wishes(VERA, write('We have news'), at))
      .then(did(VERA, { type: 'dialog.reopened', reason: 'operator-wrote' }, at), wrote(VERA, 'We have news', at))
      .thenState((dialog) => expect(dialog).toMatchObject({ status: 'open', assigneeId: 'oleg' }));
  });

  it("the answer leaves by the channel of the contact's last message", () => {
    scenario
      .given(...ASKED)
      .when(wishes(ANNA, { ...write('by mail'), channel: 'email', sentVia: 'email' }))
      .thenState((dialog) => expect(dialog.answerChannel).toBe('email'));
    scenario
      .given(...ASKED, { ...wrote(ANNA, 'by mail'), channel: 'email' } as never)
      .when(wishes(OLEG, write('Good day')))
      .thenEvents(([event]) => expect(event).toMatchObject({ channel: 'email', sentVia: 'web-console' }));
  });

  it('an automation answers without being assigned, and the contact still waits for a person', () => {
    scenario
      .given(...ASKED)
      .when(wishes({ kind: 'automation', id: 'auto-reply' }, { ...write('We are asleep'), sentVia: 'auto-reply' }))
      .thenEvents((events) => expect(events).toHaveLength(1))
      .thenState((dialog) => {
        expect(dialog.assigneeId).toBeUndefined();
        expect(dialog.waitingSince).toEqual(NOON);
      });
  });

  it('a service writes nothing', () => {
    scenario
      .given(...ASKED)
      .when(wishes(CLOCK, write('beep')))
      .thenError({ code: 'PERMISSION_DENIED' });
  });
});

describe('an operator notes', () => {
  it('something for colleagues, which is no activity and no answer', () => {
    scenario
      .given(...ASKED)
      .when(wishes(OLEG, { type: 'add-note', noteId: 'n1', clientMessageId: 'c2', text: ' VIP ' }, later(HOUR)))
      .then(did(OLEG, { type: 'note.added', noteId: 'n1', clientMessageId: 'c2', text: 'VIP' }, later(HOUR)))
      .thenState((dialog) => expect(dialog).toMatchObject({ seq: 3, lastActivityAt: NOON, waitingSince: NOON }));
  });

  it('nothing in a dialog that does not exist', () => {
    scenario
      .when(wishes(OLEG, { type: 'add-note', noteId: 'n1', clientMessageId: 'c2', text: 'VIP' }))
      .thenError({ code: 'NOT_FOUND' });
  });
});
