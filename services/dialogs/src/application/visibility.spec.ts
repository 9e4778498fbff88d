import type { Viewer } from '@beseda/auth';
import { describe, expect, it } from '@jest/globals';
import { assigneesSeen } from './visibility.js';

const seen = (visibility: Viewer['visibility'], colleagues?: string[]) =>
  assigneesSeen({ siteId: 's', viewer: { operatorId: 'me', visibility }, ...(colleagues && { colleagues }) });

describe('whose dialogs somebody sees', () => {
  it('everybody’s, unless the scope names a viewer', () => {
    expect(assigneesSeen({ siteId: 's' })).toBeUndefined();
  });

  it('goes by the visibility', () => {
    expect(seen('own', ['mate'])).toEqual(['me']);
    expect(seen('unassigned', ['mate'])).toEqual(['', 'me']);
    expect(seen('team', ['me', 'mate', 'mate'])).toEqual(['', 'me', 'mate']);
  });

  it('takes nobody for a colleague where teams are not known', () => {
    expect(seen('team')).toEqual(['', 'me']);
  });
});
