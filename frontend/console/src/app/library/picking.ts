import { type SavedReply } from './model.js';

/** Replies of one folder; the empty name is for those in none. */
export interface ReplyGroup {
  readonly folder: string;
  readonly items: readonly SavedReply[];
}

/** By folder: those in none first, then folders by name; inside as the server orders them. */
export function grouped(replies: readonly SavedReply[], locale = 'ru'): readonly ReplyGroup[] {
  const groups = new Map<string, SavedReply[]>();
  for (const reply of replies) {
    const group = groups.get(reply.folder);
    if (group) group.push(reply);
    else groups.set(reply.folder, [reply]);
  }
  return [...groups]
    .map(([folder, items]) => ({ folder, items }))
    .sort((a, b) => Number(a.folder !== '') - Number(b.folder !== '') || a.folder.localeCompare(b.folder, locale));
}

const words = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

/** Those that have every word of the query somewhere: title, folder or text. */
export function matching(replies: readonly SavedReply[], query: string): readonly SavedReply[] {
  const wanted = words(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return replies;
  return replies.filter((reply) => {
    const text = words(`${reply.title}\n${reply.folder}\n${reply.text}`);
    return wanted.every((word) => text.includes(word));
  });
}

/** The first line with something in it. */
export const firstLine = (text: string): string =>
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? '';

/** Where a search for a saved reply stands in the text: from its slash to the caret. */
export interface SlashQuery {
  readonly start: number;
  readonly end: number;
  readonly query: string;
}

/** The caret is right behind a slash that begins the text or follows a space: a search begins there. */
export function slashAt(text: string, caret: number): SlashQuery | null {
  return /(?:^|\s)\/$/.test(text.slice(0, caret)) ? { start: caret - 1, end: caret, query: '' } : null;
}

/** The search that began at `start`, after a further key; null: the slash is gone, or the caret left it or its line. */
export function slashQuery(text: string, caret: number, start: number): SlashQuery | null {
  if (text[start] !== '/' || caret <= start) return null;
  const query = text.slice(start + 1, caret);
  return query.includes('\n') ? null : { start, end: caret, query };
}
