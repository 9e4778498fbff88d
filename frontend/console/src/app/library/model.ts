import type { Answer, LIMITS, savedFileSchema, savedReplySchema, tagSchema } from '@beseda/api';

/** An answer to use again; a folder of no letters is none. */
export type SavedReply = Omit<Answer<typeof savedReplySchema>, 'updatedAt' | 'files'> & {
  readonly files: readonly SavedFile[];
};

/** Who may use a saved reply: the team when it is one's, the owner when it is personal. */
export type Audience = SavedReply['audience'];
export type AudienceKind = Audience['kind'];

/** A file that goes with a saved reply; its address is signed and good for some minutes. */
export type SavedFile = Omit<Answer<typeof savedFileSchema>, 'url'> & { readonly url?: string };

/** A saved reply as the form holds it. */
export interface ReplyDraft {
  readonly title: string;
  readonly text: string;
  readonly folder: string;
  /** `everyone`, `personal`, or `team:<id>`. */
  readonly audience: string;
  readonly files: readonly SavedFile[];
}

/** A tag of the site's catalogue; `usage`, where asked: how many dialogs have it. */
export type Tag = Answer<typeof tagSchema>;

// literals held by their types: dialogs need some of them, and the table of limits is not for the first load
export const MAX_REPLY_FILES: typeof LIMITS.replyFiles = 10;
export const MAX_TITLE: typeof LIMITS.replyTitle = 100;
export const MAX_REPLY_TEXT: typeof LIMITS.replyText = 10_000;
export const MAX_FOLDER: typeof LIMITS.replyFolder = 60;
export const MAX_TAG: typeof LIMITS.tagName = 40;
/** Tags of one dialog. */
export const MAX_TAGS_OF_DIALOG: typeof LIMITS.tags = 20;

/** Names are compared without regard to case. */
export const tagKey = (name: string): string => name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
