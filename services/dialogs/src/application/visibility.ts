import type { SiteScope } from '@beseda/auth';

/** What a caller reaches: a site; within it one contact, or for an operator who does not see all dialogs those he sees. */
export interface DialogScope extends SiteScope {
  /** Members of the viewer's teams on the site, as far as this service knows; left out, nobody counts as one. */
  readonly colleagues?: readonly string[];
}

/** Assignee of a dialog nobody looks after. */
export const NOBODY = '';

/** Whose dialogs a scope lets one see, {@link NOBODY}'s among them; undefined: everybody's. */
export function assigneesSeen({ viewer, colleagues = [] }: DialogScope): readonly string[] | undefined {
  if (!viewer) return undefined;
  switch (viewer.visibility) {
    case 'team':
      return [...new Set([NOBODY, viewer.operatorId, ...colleagues])];
    case 'unassigned':
      return [NOBODY, viewer.operatorId];
    case 'own':
      return [viewer.operatorId];
  }
}
