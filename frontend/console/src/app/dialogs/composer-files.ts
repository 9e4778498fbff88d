import { readStored, writeStored } from '../core/storage.js';
import { type SavedFile } from '../library/model.js';

const PREFIX = 'beseda:draft-files:';

/** Files of a saved reply that wait beside the text, per operator and dialog; they survive a reload as the text does. */
export function readDraftFiles(operatorId: string, dialogId: string): readonly SavedFile[] {
  try {
    const files: unknown = JSON.parse(readStored(`${PREFIX}${operatorId}:${dialogId}`) ?? '[]');
    return Array.isArray(files) ? files.filter(isFile) : [];
  } catch {
    // SyntaxError: written by something else under our prefix
    return [];
  }
}

export function writeDraftFiles(operatorId: string, dialogId: string, files: readonly SavedFile[]): void {
  const kept = files.map(({ id, name, type, size }) => ({ id, name, type, size }));
  writeStored(`${PREFIX}${operatorId}:${dialogId}`, kept.length > 0 ? JSON.stringify(kept) : null);
}

function isFile(value: unknown): value is SavedFile {
  const file = value as Partial<SavedFile> | null;
  return typeof file?.id === 'string' && typeof file.name === 'string' && typeof file.size === 'number';
}
