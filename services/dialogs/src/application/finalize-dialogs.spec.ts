import { describe, expect, it } from '@jest/globals';
import { NEW_DIALOG, type Timer } from '../domain/index.js';
import { Clock } from './clock.js';
import type { DialogWriter } from './dialog-writer.js';
import { FinalizeDialogsHandler } from './finalize-dialogs.handler.js';
import type { DialogStore, SiteRules, StoredDialog } from './ports.js';

const closed = (id: string): StoredDialog => ({
  id,
  siteId: 's1',
  contact: { id: 'anna', name: '', email: '', phone: '' },
  dialog: { ...NEW_DIALOG, seq: 3, status: 'closed', closedAt: new Date(0) },
});

describe('finalizing what is due', () => {
  it('goes on with the others when one fails, and puts off what is too early', async () => {
    const putOff: { id: string; timers: readonly Timer[] }[] = [];
    const dialogs = {
      due: () => Promise.resolve([closed('damaged'), closed('early'), closed('ready')]),
      setTimers: (_: unknown, { id }: StoredDialog, timers: readonly Timer[]) => {
        putOff.push({ id, timers });
        return Promise.resolve();
      },
    };
    const writer = {
      change: (id: string) => {
        if (id === 'damaged') return Promise.reject(new Error('damaged'));
        return Promise.resolve({ stored: closed(id), events: id === 'ready' ? [{ type: 'dialog.finalized' }] : [] });
      },
    };
    const handler = new FinalizeDialogsHandler(
      dialogs as unknown as DialogStore,
      writer as unknown as DialogWriter,
      { reopenWindowMs: () => 1_000 } as unknown as SiteRules,
      new Clock(),
    );
    const { handled, failures } = await handler.handle();
    expect(handled).toBe(2);
    expect(failures.map(({ dialogId }) => dialogId)).toEqual(['damaged']);
    expect(putOff).toEqual([{ id: 'early', timers: [{ what: 'finalize', at: new Date(1_000) }] }]);
  });
});
