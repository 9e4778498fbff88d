import { type KeyValueStorage } from '@beseda/realtime';

/** Reads a value of this device; null when there is none or storage is forbidden. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // SecurityError: storage is switched off in this browser; settings then last until the page is closed
    return null;
  }
}

/** Keeps a value on this device; false when it could not be kept. */
export function writeStored(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    // SecurityError or QuotaExceededError: the value lives on in memory only
    return false;
  }
}

/** localStorage as the send queue wants it. */
export const queueStorage: KeyValueStorage = {
  entries(prefix) {
    const found: [string, string][] = [];
    try {
      for (let i = 0; i < localStorage.length; i += 1) {
        const key = localStorage.key(i);
        if (key?.startsWith(prefix)) found.push([key, localStorage.getItem(key) ?? '']);
      }
    } catch {
      // SecurityError: storage is switched off, nothing was kept
    }
    return found;
  },
  set: (key, value) => void writeStored(key, value),
  remove: (key) => void writeStored(key, null),
};
