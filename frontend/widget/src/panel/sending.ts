import { NEW_DIALOG, toApiProblem, type KeyValueStorage, type OutgoingItem, type SendResult } from '@beseda/realtime';
import type { ToPage } from '../shared/protocol.js';
import type { WidgetApi } from './api.js';

/** Sends to the named dialog; when that was finished or merged away meanwhile, without a name: the server then finds one. */
export async function sendToDialog(api: WidgetApi, item: OutgoingItem, signal: AbortSignal): Promise<SendResult> {
  try {
    return await api.send(item, signal);
  } catch (error) {
    // ApiError: these two say that the dialog takes nothing any more, all others are the queue's business
    const { code } = toApiProblem(error);
    if (item.slot === NEW_DIALOG || (code !== 'FAILED_PRECONDITION' && code !== 'NOT_FOUND')) throw error;
    return await api.send({ ...item, slot: NEW_DIALOG }, signal);
  }
}

/** The page keeps what is not sent yet: a frame of another site may have no storage. */
export function pageStorage(
  stored: Readonly<Record<string, string>>,
  post: (message: ToPage) => void,
): KeyValueStorage {
  return {
    entries: (prefix) => Object.entries(stored).filter(([key]) => key.startsWith(prefix)),
    set: (k, v) => post({ t: 'store', k, v }),
    remove: (k) => post({ t: 'store', k, v: null }),
  };
}
