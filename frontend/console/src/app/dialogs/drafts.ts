import { readStored, writeStored } from '../core/storage.js';

const PREFIX = 'beseda:draft:';

/** What was written but not sent, per operator and dialog; survives a reload on this device. */
export function readDraft(operatorId: string, dialogId: string): string {
  return readStored(`${PREFIX}${operatorId}:${dialogId}`) ?? '';
}

/** True when the text is kept (or there is nothing to keep). */
export function writeDraft(operatorId: string, dialogId: string, text: string): boolean {
  return writeStored(`${PREFIX}${operatorId}:${dialogId}`, text.trim() === '' ? null : text);
}
