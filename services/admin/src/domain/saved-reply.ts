import { type AudienceKind, LIMITS } from '@beseda/api';
import { appError, type FieldError } from '@beseda/errors';

/** Who may use a saved reply. */
export interface Audience {
  kind: AudienceKind;
  /** The team, when it is one's. */
  teamId?: string;
  /** The operator, when it is personal. */
  operatorId?: string;
}

/** A file in the file store that goes with a reply. */
export interface AttachedFile {
  id: string;
  name: string;
  /** Media type. */
  type: string;
  /** Bytes. */
  size: number;
}

/** What of a saved reply people write. */
export interface SavedReplyContent {
  title: string;
  /** May hold placeholders, see {@link PLACEHOLDERS}. */
  text: string;
  /** Empty: none. */
  folder: string;
  audience: Audience;
  files: AttachedFile[];
}

export interface SavedReply extends SavedReplyContent {
  id: string;
  version: number;
  updatedAt: Date;
}

/** Personal ones of one operator: nobody alone uses up what there is room for. */
export const MAX_PERSONAL = 300;

/** What may stand in braces; a default may follow: `{contact.name|friend}`. */
export const PLACEHOLDERS = ['contact.name', 'contact.email', 'contact.phone', 'operator.name', 'site.name'] as const;

/** A word in braces, with or without a default. Braces around anything else are only braces. */
const PLACEHOLDER = /\{\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*(?:\|[^{}]*)?\}/gu;
const KNOWN = new RegExp(`^\\{(?:${PLACEHOLDERS.map((name) => name.replace('.', '\\.')).join('|')})(?:\\|[^{}]*)?\\}$`);

/** Placeholders of a text that nothing would be put in the place of, each once, as they are written. */
export function unknownPlaceholders(text: string): string[] {
  const found = [...text.matchAll(PLACEHOLDER)].map(([whole]) => whole);
  return [...new Set(found.filter((whole) => !KNOWN.test(whole)))];
}

const length = (text: string): number => [...text].length;

/** What is wrong with a reply, by field. */
export function savedReplyErrors(reply: SavedReplyContent): FieldError[] {
  const errors: FieldError[] = [];
  const add = (path: string, code: string, message: string): void => void errors.push({ path, code, message });
  if (reply.title === '') add('title', 'required', 'A title must not be blank.');
  if (length(reply.title) > LIMITS.replyTitle)
    add('title', 'too_long', `A title may have at most ${LIMITS.replyTitle} characters.`);
  if (reply.text.trim() === '' && reply.files.length === 0) add('text', 'required', 'A text must not be blank.');
  if (length(reply.text) > LIMITS.replyText) {
    add('text', 'too_long', `A text may have at most ${LIMITS.replyText} characters.`);
  }
  for (const placeholder of unknownPlaceholders(reply.text)) {
    add('text', 'unknown_placeholder', `There is no placeholder ${placeholder}.`);
  }
  if (length(reply.folder) > LIMITS.replyFolder) {
    add('folder', 'too_long', `The name of a folder may have at most ${LIMITS.replyFolder} characters.`);
  }
  if (reply.files.length > LIMITS.replyFiles)
    add('files', 'too_many', `There may be at most ${LIMITS.replyFiles} files.`);
  return errors;
}

/** A text as it is kept: lines end as they do everywhere here. */
export const cleanReplyText = (text: string): string => text.replace(/\r\n?/g, '\n');
/** A single line as it is kept. */
export const cleanLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** Who deals with saved replies. */
export interface Librarian {
  operatorId: string;
  /** Manages those of teams and of everyone. */
  manages: boolean;
  /** Teams the operator is in. */
  teamIds: readonly string[];
}

/** Whether somebody may use a reply in a dialog. */
export function mayUse({ operatorId, teamIds }: Librarian, audience: Audience): boolean {
  switch (audience.kind) {
    case 'everyone':
      return true;
    case 'team':
      return audience.teamId !== undefined && teamIds.includes(audience.teamId);
    case 'personal':
      return audience.operatorId === operatorId;
  }
}

/** Whether somebody may write, change or delete a reply: one's own always, another's personal one never. */
export const mayManage = ({ operatorId, manages }: Librarian, audience: Audience): boolean =>
  audience.kind === 'personal' ? audience.operatorId === operatorId : manages;

/** @throws AppError PERMISSION_DENIED unless {@link mayManage} */
export function assertMayManage(librarian: Librarian, audience: Audience): void {
  if (mayManage(librarian, audience)) return;
  const message =
    audience.kind === 'personal'
      ? 'A personal saved reply is its owner’s.'
      : 'Only an administrator may change saved replies of others.';
  throw appError('PERMISSION_DENIED', message, { fields: [{ path: 'audience', code: 'not_allowed', message }] });
}

/** What makes two replies the same for an import. */
export const contentKey = ({ title, text }: Pick<SavedReplyContent, 'title' | 'text'>): string => `${title}\n${text}`;

/** Puts replies in order: as somebody ordered them, and after those the others as they were made. */
export function inOrder<T extends { id: string }>(replies: readonly T[], order: readonly string[]): T[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = ({ id }: T): number => places.get(id) ?? order.length;
  return replies.toSorted((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1));
}

/** An order in which some have been put anew; ones that are gone are forgotten. */
export function reordered(order: readonly string[], moved: readonly string[], existing: ReadonlySet<string>): string[] {
  const placed = new Set(moved);
  return [...order.filter((id) => !placed.has(id)), ...placed].filter((id) => existing.has(id));
}

/** Whether two replies say the same to the same people. */
export const sameContent = (a: SavedReplyContent, b: SavedReplyContent): boolean =>
  JSON.stringify(inOneForm(a)) === JSON.stringify(inOneForm(b));

const inOneForm = ({ title, text, folder, audience, files }: SavedReplyContent): object => ({
  ...{ title, text, folder },
  audience: { kind: audience.kind, teamId: audience.teamId, operatorId: audience.operatorId },
  files: files.map(({ id, name, type, size }) => ({ id, name, type, size })),
});

/** A reply in the audit log. What somebody keeps for himself is in no log that others read. */
export const shownReply = (reply: SavedReplyContent & { version: number }): object =>
  reply.audience.kind === 'personal' ? { audience: { kind: 'personal' }, version: reply.version } : inOneForm(reply);
