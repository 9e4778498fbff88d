import { describe, expect, it } from '@jest/globals';
import { NEW_DIALOG } from './dialog.js';
import { decide } from './decide.js';
import { TagNames, renamed } from './tag-names.js';

const tag = (name: string, formerNames: string[] = [], removed = false) => ({ name, formerNames, removed });
const names = new TagNames([
  tag('Delivery', ['Shipping', 'Courier']),
  tag('VIP'),
  tag('Old', ['Older'], true),
  // Removed and taken into the catalogue again under another id.
  tag('Again', [], true),
  tag('again'),
  // A former name that is somebody's own now.
  tag('Refund', ['Money']),
  tag('Money'),
]);

describe('names of tags', () => {
  it('given by hand: the present one of a former, the catalogue’s spelling, and what is not there as it is', () => {
    expect(['shipping', 'Courier', 'vip', 'Old', 'AGAIN', 'money', 'Other'].map((one) => names.given(one))).toEqual([
      'Delivery',
      'Delivery',
      'VIP',
      'Old',
      'again',
      'Money',
      'Other',
    ]);
  });

  it('carried by dialogs: a removed one is lost', () => {
    expect([...names.changes(['Shipping', 'OLD', 'Older', 'Again', 'money', 'Other'])]).toEqual([
      ['shipping', 'Delivery'],
      ['old', undefined],
      ['older', undefined],
      ['again', 'again'],
      ['money', 'Money'],
    ]);
  });

  it('of one dialog change in their order, each once', () => {
    const changes = names.changes(['shipping', 'old']);
    expect(renamed(['A', 'Shipping', 'Old', 'Delivery', 'B'], changes)).toEqual(['A', 'Delivery', 'B']);
  });

  it('change by an event of the dialog, and nothing happens the second time', () => {
    const changes = names.changes(['shipping']);
    const command = { type: 'rename-tags', changes, at: new Date(0), by: { kind: 'service', id: 'dialogs' } } as const;
    const dialog = { ...NEW_DIALOG, status: 'finalized', seq: 3, tags: ['shipping'] } as const;
    expect(decide(dialog, command)).toMatchObject([{ type: 'dialog.tagged', tags: ['Delivery'] }]);
    expect(decide({ ...dialog, tags: ['Delivery'] }, command)).toEqual([]);
  });
});
