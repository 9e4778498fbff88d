import type { Visibility } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { settingsV1 } from '@beseda/contracts';

/** Visibilities of the contracts as words. */
const NAMES: Partial<Record<settingsV1.Visibility, Visibility>> = {
  [settingsV1.Visibility.VISIBILITY_UNSPECIFIED]: 'all',
  [settingsV1.Visibility.VISIBILITY_ALL]: 'all',
  [settingsV1.Visibility.VISIBILITY_TEAM]: 'team',
  [settingsV1.Visibility.VISIBILITY_UNASSIGNED]: 'unassigned',
  [settingsV1.Visibility.VISIBILITY_OWN]: 'own',
};

/** A visibility as a word. One this version does not know is taken for the narrowest: it must not show too much. */
export const visibilityName = (visibility: settingsV1.Visibility): Visibility => NAMES[visibility] ?? 'own';

/** A visibility as the contracts have it. */
export function visibilityValue(visibility: Visibility): settingsV1.Visibility {
  const found = Object.entries(NAMES).findLast(([, name]) => name === visibility);
  return Number(found?.[0] ?? settingsV1.Visibility.VISIBILITY_OWN);
}

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
