import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { Formats } from '../i18n/formats.js';
import { type I18n } from '../i18n/i18n.js';
import { setUp } from '../testing/setup.js';
import { type Invitation, type ManagedOperator } from './model.js';
import { rowState } from './row-state.js';

const NOW = new Date('2026-05-22T12:00:00');

function person(part: Partial<ManagedOperator> = {}): ManagedOperator {
  return {
    id: 'op-1',
    name: 'Ольга Ветрова',
    internalName: '',
    email: 'o@x.example',
    role: 'operator',
    avatarUrl: null,
    visibility: 'all',
    noContactExport: false,
    noMassMailing: false,
    teamIds: [],
    disabled: false,
    invited: false,
    invitation: null,
    lastSignInAt: null,
    secondFactor: false,
    singleSignOn: false,
    version: 1,
    openDialogs: 0,
    presence: null,
    editable: true,
    ...part,
  };
}

const invitation = (part: Partial<Invitation>): Invitation => ({
  state: 'sent',
  at: '2026-05-22T11:00:00',
  detail: '',
  expiresAt: '2026-05-29T11:00:00',
  ...part,
});

describe('rowState', () => {
  let i18n: I18n;
  const said = (one: ManagedOperator) => {
    const state = rowState(one, undefined, { t: i18n.t, formats: TestBed.inject(Formats), now: NOW });
    return { ...state, text: state.text.replaceAll('\u00a0', ' '), sub: state.sub.replaceAll('\u00a0', ' ') };
  };

  beforeEach(async () => {
    ({ i18n } = await setUp());
    await i18n.need(['people']);
  });

  it('says first that access is off, whatever else is true', () => {
    expect(
      said(person({ disabled: true, invited: true, presence: { state: 'online', since: '2026-05-22T08:00:00.000Z' } })),
    ).toMatchObject({
      kind: 'off',
      text: 'Вход запрещён',
      again: false,
    });
  });

  it.each([
    ['waiting', {}, 'wait', 'Отправляем письмо', false],
    ['sent', {}, 'wait', 'Приглашение', true],
    ['kept', { detail: 'a.eml' }, 'wait', 'Письмо в файле', true],
    ['failed', { detail: '550 No such mailbox' }, 'bad', 'Письмо не ушло', true],
    ['sent', { expiresAt: '2026-05-21T11:00:00' }, 'bad', 'Приглашение устарело', true],
  ] as const)('tells what became of an invitation: %s %p', (state, part, kind, text, again) => {
    const one = person({ invited: true, invitation: invitation({ state, ...part }) });
    expect(said(one)).toMatchObject({ kind, text, again });
  });

  it('names the reason of a mail that failed and the file of one that was kept', () => {
    const failed = person({ invited: true, invitation: invitation({ state: 'failed', detail: '550' }) });
    expect(said(failed).sub).toBe('Причина: 550');
    const kept = person({ invited: true, invitation: invitation({ state: 'kept', detail: 'a.eml' }) });
    expect(said(kept).sub).toBe('outbox/a.eml');
  });

  it('shows presence with its time', () => {
    expect(said(person({ presence: { state: 'online', since: '2026-05-22T09:00:00' } }))).toMatchObject({
      text: 'На месте',
      sub: '',
    });
    expect(said(person({ presence: { state: 'away', since: '2026-05-22T11:48:00' } })).sub).toBe('12 мин назад');
    expect(said(person({ presence: { state: 'offline', since: '2026-05-21T21:04:00' } })).sub).toBe('вчера, 21:04');
    expect(said(person({ lastSignInAt: '2026-05-01T21:04:00' })).sub).toBe('1 мая');
    expect(said(person()).sub).toBe('входов ещё не было');
  });

  it('believes the newer word of the connection', () => {
    const one = person({ id: 'op-1', presence: { state: 'offline', since: '2026-05-22T08:00:00.000Z' } });
    const live = { operatorId: 'op-1', state: 'online', since: null } as const;
    expect(rowState(one, live, { t: i18n.t, formats: TestBed.inject(Formats), now: NOW }).kind).toBe('plain');
    expect(rowState(one, live, { t: i18n.t, formats: TestBed.inject(Formats), now: NOW }).text).toBe('На\u00a0месте');
  });
});
