import type { Visibility } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { settingsV1, visibilityWords } from '@beseda/contracts';

/** A visibility as a word: nothing said is all. One this version does not know is taken for the narrowest. */
export const visibilityName = (visibility: settingsV1.Visibility): Visibility =>
  visibility === settingsV1.Visibility.VISIBILITY_UNSPECIFIED ? 'all' : (visibilityWords.word(visibility) ?? 'own');

/** A visibility as the contracts have it. */
export const visibilityValue = (visibility: Visibility): settingsV1.Visibility => visibilityWords.number(visibility);

/**
 * Whether an operator sees dialogs of somebody: `assigneeId` empty is nobody's. The service that owns the dialogs judges by
 * the same rule; here it decides which events a socket gets.
 *
 * @param colleagues members of the operator's teams on the site; asked for only when they matter
 */
export function seesDialogsOf(
  { id, visibility = 'all' }: Pick<OperatorActor, 'id' | 'visibility'>,
  assigneeId: string,
  colleagues: () => ReadonlySet<string>,
): boolean {
  if (visibility === 'all' || assigneeId === id) return true;
  if (visibility === 'own') return false;
  return assigneeId === '' || (visibility === 'team' && colleagues().has(assigneeId));
}
