/** What was typed and not saved, with what it was typed over. */
export interface StoredDraft {
  readonly base: Readonly<Record<string, unknown>>;
  readonly mine: Readonly<Record<string, unknown>>;
}

const PREFIX = 'beseda:form:';

/** The draft of a form of this tab; null when there is none. */
export function readStoredDraft(key: string): StoredDraft | null {
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    const draft = text === null ? null : (JSON.parse(text) as Partial<StoredDraft>);
    return draft?.base && draft.mine ? { base: draft.base, mine: draft.mine } : null;
  } catch {
    // SecurityError: storage is switched off; SyntaxError: not written by us. Either way there is no draft
    return null;
  }
}

/** Keeps the draft in this tab over errors, reloads and a new sign-in; null forgets it. */
export function writeStoredDraft(key: string, draft: StoredDraft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(PREFIX + key);
    else sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch {
    // SecurityError or QuotaExceededError: the draft lives in memory only
  }
}
