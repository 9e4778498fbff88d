import { describe, expect, it } from '@jest/globals';
import type { Session, WidgetApi } from './api.js';
import { VisitorSession } from './session.js';

describe('the visitor of the panel', () => {
  it('stays whom the site recognised, whatever an older question for a session brings', async () => {
    const answers: ((session: Session) => void)[] = [];
    const session = (): Promise<Session> => new Promise((resolve) => answers.push(resolve));
    const kept: string[] = [];
    const visitor = new VisitorSession({
      siteId: 'site',
      init: { token: 'before', page: { url: '', title: '', referrer: '' }, device: { language: '', screen: '' } },
      api: () => ({ session }) as unknown as WidgetApi,
      keep: (token) => void kept.push(token),
      onContact: () => undefined,
      onSession: () => undefined,
    });
    const refused = visitor.token(true);
    visitor.adopt('proven', 'known');
    answers[0]?.({ token: 'anonymous', contactId: 'fresh' });
    expect(await refused).toBe('proven');
    expect(await visitor.token(false)).toBe('proven');
    expect(kept).toEqual(['proven']);
  });
});
