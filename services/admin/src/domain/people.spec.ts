import type { Role } from '@beseda/api';
import { describe, expect, it } from '@jest/globals';
import { GIVE_UP_MS, isPermanent, retryMs } from './mail.js';
import { mailText } from './mail-texts.js';
import { nextStep, ranOut } from './one-time.js';
import { ALL_RIGHTS, NEW_OPERATOR, type Operator, type SiteRights, type SiteRole, maySignIn } from './operator.js';
import { changedPerson, changedPlace, mayWeaken, touchesPerson } from './operator-change.js';
import {
  callerOn,
  defaultRights,
  manages,
  mayEditPerson,
  mayOpenAccount,
  overreach,
  runsSite,
  sitesLosing,
  widensOwnView,
} from './rights.js';
import { ENDED_KEPT_MS, MAX_ENDED, endSessions, sessionLives } from './session.js';
import { teamKey, withMember } from './team.js';

const place = (role: Role, rights: Partial<SiteRights> = {}, siteId = 's1'): SiteRole => ({
  ...ALL_RIGHTS,
  ...rights,
  siteId,
  role,
});
const person = (...sites: SiteRole[]): Operator => ({ ...NEW_OPERATOR, id: 'o', email: 'o@x', name: 'O', sites });

describe('rights over people', () => {
  it('the caller counts as stored, and never as more than the token says', () => {
    const actor = { kind: 'operator', id: 'o', siteId: 's1', role: 'superadmin' } as const;
    expect(callerOn(actor, person(place('admin'))).role).toBe('admin');
    expect(callerOn({ ...actor, role: 'admin' }, person(place('superadmin'))).role).toBe('admin');
    const denied = { code: 'PERMISSION_DENIED' };
    for (const stored of [
      undefined,
      person(),
      person(place('admin', {}, 's2')),
      { ...person(place('admin')), disabled: true },
    ]) {
      expect(() => callerOn(actor, stored)).toThrow(expect.objectContaining(denied));
    }
  });

  it.each<[Role, Role, boolean]>([
    ['operator', 'operator', false],
    ['admin', 'operator', true],
    ['admin', 'admin', true],
    ['admin', 'superadmin', false],
    ['superadmin', 'superadmin', true],
  ])('%s over %s: %s', (caller, target, expected) => {
    expect(manages(caller, target)).toBe(expected);
  });

  it('a person is edited by who manages everywhere the person works', () => {
    const target = person(place('operator'), place('admin', {}, 's2'));
    expect(mayEditPerson(person(place('admin')), target)).toBe(false);
    expect(mayEditPerson(person(place('admin'), place('operator', {}, 's2')), target)).toBe(false);
    expect(mayEditPerson(person(place('admin'), place('admin', {}, 's2')), target)).toBe(true);
    expect(mayEditPerson(person(place('superadmin')), person())).toBe(false);
  });

  it('nobody gives what he has not got, and what somebody had may stay', () => {
    const limited = place('admin', { noContactExport: true, noMassMailing: true, visibility: 'team' });
    const give = (after: SiteRole, before?: SiteRole, caller = limited) => overreach(caller, before, after)?.path;
    expect(give(place('superadmin'))).toBe('role');
    expect(give(place('operator'))).toBe('visibility');
    expect(give(place('operator', { visibility: 'team' }))).toBeUndefined();
    expect(give(place('admin', { visibility: 'own' }))).toBe('noContactExport');
    expect(give(place('admin', { visibility: 'own', noContactExport: true }))).toBe('noMassMailing');
    expect(give(limited)).toBeUndefined();
    // An operator has neither right, whatever the switches say: making an admin of one gives them.
    expect(give(place('admin'), place('operator'))).toBe('noContactExport');
    expect(give(place('admin'), place('admin'))).toBeUndefined();
    expect(give(place('superadmin'), undefined, place('superadmin', { visibility: 'own' }))).toBeUndefined();
    expect(give(place('operator'), place('superadmin'), place('admin'))).toBeUndefined();
  });

  it('who has less does not change how somebody with more signs in', () => {
    const limited = person(place('admin', { noContactExport: true }));
    expect(mayOpenAccount(limited, person(place('admin')))).toBe(false);
    expect(mayOpenAccount(limited, person(place('operator')))).toBe(true);
    expect(mayOpenAccount(limited, limited)).toBe(true);
    expect(mayOpenAccount(person(place('admin')), person(place('operator', {}, 's2')))).toBe(false);
    expect(mayOpenAccount(person(place('superadmin', { visibility: 'own' })), person(place('admin')))).toBe(true);
  });

  it('who sees the dialogs of his teams does not choose whose they are', () => {
    const caller = { id: 'me', role: 'admin', visibility: 'team' } as const;
    expect(widensOwnView(caller, ['me'], ['me', 'other'])).toBe(true);
    expect(widensOwnView(caller, ['other'], ['other', 'me'])).toBe(true);
    expect(widensOwnView(caller, ['me', 'other'], ['me'])).toBe(false);
    expect(widensOwnView(caller, ['a'], ['a', 'b'])).toBe(false);
    expect(widensOwnView({ ...caller, visibility: 'own' }, ['me'], ['me', 'other'])).toBe(false);
    expect(widensOwnView({ ...caller, role: 'superadmin' }, ['me'], ['me', 'other'])).toBe(false);
  });

  it('somebody new gets what the caller has', () => {
    const limits = { noContactExport: true, noMassMailing: false, visibility: 'unassigned' } as const;
    expect(defaultRights(place('admin', limits))).toEqual(limits);
    expect(defaultRights(place('superadmin', limits))).toEqual(ALL_RIGHTS);
  });

  it('tells which sites a change leaves without this superadmin', () => {
    const both = person(place('superadmin'), place('superadmin', {}, 's2'), place('admin', {}, 's3'));
    expect(sitesLosing(both, { ...both, disabled: true })).toEqual(['s1', 's2']);
    expect(sitesLosing(both, { ...both, sites: [place('admin'), place('superadmin', {}, 's2')] })).toEqual(['s1']);
    expect(sitesLosing({ ...both, invited: true }, { ...both, disabled: true })).toEqual([]);
    expect(runsSite({ ...both, disabled: true }, 's1')).toBe(false);
  });
});

describe('a change of an operator', () => {
  it('is about the person or about the site, and may weaken', () => {
    expect(touchesPerson({ role: 'admin', secondFactorOff: false })).toBe(false);
    for (const change of [{ name: '' }, { email: 'a@b' }, { disabled: false }, { secondFactorOff: true }]) {
      expect(touchesPerson(change)).toBe(true);
    }
    expect([{ role: 'admin' as const }, { disabled: true }].every(mayWeaken)).toBe(true);
    expect([{ role: 'superadmin' as const }, { disabled: false }, { name: 'x' }].some(mayWeaken)).toBe(false);
  });

  it('keeps what is not given; disabling ends every session, once', () => {
    expect(changedPlace(place('admin', { visibility: 'own' }), { role: 'operator' })).toEqual(
      place('operator', { visibility: 'own' }),
    );
    const operator = person(place('operator'));
    expect(changedPerson(operator, { name: 'New' })).toEqual({ name: 'New' });
    expect(changedPerson(operator, { disabled: true })).toEqual({ disabled: true, tokenVersion: 2, endedSessions: [] });
    expect(changedPerson({ ...operator, disabled: true }, { disabled: true })).toEqual({ disabled: true });
    expect(maySignIn(person())).toBe(false);
  });
});

describe('sessions', () => {
  const now = new Date('2026-01-01T12:00:00Z');
  const ago = (ms: number): Date => new Date(now.getTime() - ms);

  it('that ended are remembered as long as their access tokens live, once each', () => {
    const before = {
      tokenVersion: 3,
      endedSessions: [
        { sessionId: 'old', endedAt: ago(ENDED_KEPT_MS) },
        { sessionId: 'young', endedAt: ago(ENDED_KEPT_MS - 1) },
      ],
    };
    const after = endSessions(before, ['new', 'young'], now);
    expect(after.tokenVersion).toBe(3);
    expect(after.endedSessions.map(({ sessionId }) => sessionId)).toEqual(['new', 'young']);
  });

  it('that are too many end by a new token version', () => {
    const ids = Array.from({ length: MAX_ENDED }, (_, i) => `s${i}`);
    const full = endSessions({ tokenVersion: 1, endedSessions: [] }, ids, now);
    expect(full.endedSessions).toHaveLength(MAX_ENDED);
    expect(endSessions(full, ['one more'], now)).toEqual({ tokenVersion: 2, endedSessions: [] });
  });

  it('go on by the same token version, or as the one kept', () => {
    const session = { id: 's', tokenVersion: 1 };
    expect(sessionLives(session, { tokenVersion: 1 })).toBe(true);
    expect(sessionLives(session, { tokenVersion: 2 })).toBe(false);
    const kept = { sessionId: 's', tokenVersion: 2 };
    expect(sessionLives(session, { tokenVersion: 2, keptSession: kept })).toBe(true);
    expect(sessionLives({ ...session, id: 'x' }, { tokenVersion: 2, keptSession: kept })).toBe(false);
    expect(sessionLives(session, { tokenVersion: 3, keptSession: kept })).toBe(false);
  });
});

describe('steps of a login', () => {
  const until = new Date('2026-01-08');

  it('asks for the code first, then for a password of one’s own', () => {
    expect(nextStep({ passwordHash: 'h' }, [])).toBeUndefined();
    const both = { passwordHash: 'h', oneTimeUntil: until, secondFactor: {} };
    expect(nextStep(both, [])).toBe('code');
    expect(nextStep(both, ['code'])).toBe('password');
    expect(nextStep({ passwordHash: 'h', secondFactor: {} }, ['code'])).toBeUndefined();
  });

  it('knows a one-time password that ran out', () => {
    expect(ranOut({ oneTimeUntil: until }, new Date(until.getTime() - 1))).toBe(false);
    expect(ranOut({ oneTimeUntil: until }, until)).toBe(true);
    expect(ranOut({}, until)).toBe(false);
  });
});

describe('teams', () => {
  it('have one spelling of a name, and members once', () => {
    expect(teamKey('s', ' Sales ')).toBe(teamKey('s', 'sALES'));
    const members = ['a', 'b'];
    expect(withMember(members, 'b', true)).toBe(members);
    expect(withMember(members, 'c', false)).toBe(members);
    expect(withMember(members, 'c', true)).toEqual(['a', 'b', 'c']);
    expect(withMember(members, 'a', false)).toEqual(['b']);
  });
});

describe('mails', () => {
  it('are tried again later and later, spread, and not for ever', () => {
    expect([1, 2, 3].map((n) => retryMs(n, 0.5))).toEqual([5_000, 10_000, 20_000]);
    expect(retryMs(100, 0.5)).toBe(900_000);
    expect([retryMs(1, 0), retryMs(1, 1)]).toEqual([3_750, 6_250]);
    expect(GIVE_UP_MS).toBeGreaterThan(86_400_000);
  });

  it('are refused for good only by what the server says of the addressee or the message', () => {
    expect(isPermanent({ responseCode: 550, code: 'EENVELOPE' })).toBe(true);
    expect(isPermanent({ responseCode: 554, code: 'EMESSAGE' })).toBe(true);
    expect(isPermanent({ responseCode: 451, code: 'EENVELOPE' })).toBe(false);
    expect(isPermanent({ responseCode: 535, code: 'EAUTH' })).toBe(false);
    expect(isPermanent({ code: 'ECONNECTION' })).toBe(false);
  });

  it('say the same as text and as HTML, and take no markup or line from names', () => {
    const facts = {
      name: 'Eve <script>',
      login: 'eve@shop.example',
      site: 'Shop\r\nBcc: all@shop.example',
      by: 'A & B',
      link: 'https://chat.example/login',
      password: 'abcde-fghij',
    };
    for (const locale of ['ru', 'en'] as const) {
      const { subject, text, html } = mailText('invitation', locale, facts);
      expect(subject).not.toMatch(/[\r\n]/);
      for (const word of [facts.login, facts.password, facts.link]) {
        expect(text).toContain(word);
        expect(html).toContain(word);
      }
      expect(html).not.toContain('<script>');
      expect(html).toContain('A &amp; B');
      for (const template of ['welcome', 'added', 'reset', 'password-changed', 'email-changed'] as const) {
        expect(mailText(template, locale, facts).text).not.toContain(facts.password);
      }
    }
  });
});
