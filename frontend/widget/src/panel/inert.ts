import type { WidgetApi } from './api.js';

/** Takes everything, asks nobody: behind a preview there is no server. Messages look sent. */
export function inertApi(settings: unknown): WidgetApi {
  let seq = 0;
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    session: () => Promise.resolve({ token: '', contactId: 'preview', settings }),
    dialogs: () => Promise.resolve({ items: [] }),
    events: () => Promise.resolve({ events: [] }),
    send: ({ clientMessageId }) => Promise.resolve({ dialogId: 'preview', messageId: clientMessageId, seq: ++seq }),
    receipts: nothing,
    fileUrl: () => Promise.resolve({ url: '' }),
    resume: (dialogs) => Promise.resolve({ events: [], dialogs }),
    identify: nothing,
    auth: () => Promise.resolve({ token: '', contactId: 'preview' }),
    track: nothing,
    pageView: nothing,
  };
}
