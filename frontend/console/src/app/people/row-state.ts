import { type Presence } from '../core/model.js';
import { type Formats } from '../i18n/formats.js';
import { type I18n } from '../i18n/i18n.js';
import { type ManagedOperator } from './model.js';

/** What stands in the column "State": a chip or a plain word, with a second line. */
export interface RowState {
  readonly kind: 'plain' | 'wait' | 'bad' | 'off';
  readonly text: string;
  readonly sub: string;
  /** The whole of what may be cut. */
  readonly title: string;
  /** Another invitation may be sent. */
  readonly again: boolean;
}

interface Words {
  readonly t: I18n['t'];
  readonly formats: Formats;
  readonly now: Date;
}

/** Access first, then the invitation, then presence. */
export function rowState(person: ManagedOperator, presence: Presence | undefined, words: Words): RowState {
  const { t } = words;
  const chip = (kind: RowState['kind'], text: string, sub = '', again = false): RowState => {
    return { kind, text, sub, title: sub, again };
  };
  if (person.disabled) return chip('off', t('people.state.disabled'));
  if (person.invited) return invitationState(person, words, chip);
  const known = presence ?? person.presence;
  const state = known?.state ?? 'offline';
  const since = state === 'offline' ? (known?.since ?? person.lastSignInAt) : known?.since;
  if (state === 'online') return chip('plain', t('presence.online'));
  if (state === 'away') return chip('plain', t('presence.away'), since ? ago(since, words) : '');
  if (!since) return chip('plain', t('presence.offline'), t('people.state.never'));
  const sub = lastSeen(since, words);
  return { ...chip('plain', t('presence.offline'), sub), title: words.formats.full(since) };
}

function invitationState(
  person: ManagedOperator,
  { t, formats, now }: Words,
  chip: (kind: RowState['kind'], text: string, sub?: string, again?: boolean) => RowState,
): RowState {
  const { invitation } = person;
  if (person.singleSignOn && !invitation) return chip('wait', t('people.state.sso'));
  if (!invitation) return chip('wait', t('people.state.invited'), '', true);
  if (invitation.state === 'waiting') return chip('wait', t('people.state.sending'));
  if (invitation.state === 'failed')
    return chip('bad', t('people.state.failed'), t('people.state.failedWhy', { reason: invitation.detail }), true);
  if (invitation.expiresAt && Date.parse(invitation.expiresAt) < now.getTime())
    return chip('bad', t('people.state.expired'), formats.date(invitation.expiresAt), true);
  if (invitation.state === 'kept')
    return chip('wait', t('people.state.kept'), t('people.state.keptFile', { file: invitation.detail }), true);
  const at = invitation.at ? t('people.state.sentAt', { time: formats.listTime(invitation.at, now) }) : '';
  return { ...chip('wait', t('people.state.invited'), '', true), title: at };
}

function ago(iso: string, { t, formats, now }: Words): string {
  return t('people.state.ago', { time: formats.duration(Math.max(0, now.getTime() - Date.parse(iso))) });
}

/** "вчера, 21:04" up to a week, then the day. */
function lastSeen(iso: string, { formats, now }: Words): string {
  const day = formats.listTime(iso, now);
  const today = day === formats.clock(iso);
  const recent = now.getTime() - Date.parse(iso) < 7 * 86_400_000;
  return today || !recent ? day : `${day}, ${formats.clock(iso)}`;
}
