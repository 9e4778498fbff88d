import { describe, expect, it } from '@jest/globals';
import { isVisible } from './bubble-state.js';

describe('visibility of the launcher', () => {
  it.each([
    ['always', false, 0, true],
    ['dialog', false, 0, false],
    ['dialog', true, 0, true],
    ['message', false, 0, false],
    ['message', true, 0, false],
    ['message', true, 1, true],
  ] as const)('%s, dialogs: %p, unread: %p: %p', (mode, dialogs, unread, visible) => {
    expect(isVisible(mode, dialogs, unread)).toBe(visible);
  });
});
