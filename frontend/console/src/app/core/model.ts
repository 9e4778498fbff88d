import type {
  Answer,
  contactBriefSchema,
  contactCardSchema,
  countsSchema,
  dialogDetailsSchema,
  dialogPageSchema,
  dialogSummarySchema,
  LIMITS,
  operatorSchema,
  operatorsAnswer,
  presenceAnswer,
  siteSchema,
  teamsAnswer,
} from '@beseda/api';

export { VISIBILITIES, type Role, type Visibility } from '@beseda/api/words';

/** The operator who is signed in; `role` is the strongest of his, a locale or theme of null is not chosen yet. */
export type Operator = Omit<Answer<typeof operatorSchema>, 'sites'>;

/** A site the operator may see, with the operator's role there. */
export type Site = Answer<typeof siteSchema>;

/** A colleague on the site. An empty internal name: as customers see it. */
export type Colleague = Answer<typeof operatorsAnswer>['items'][number];

type ToldPresence = Answer<typeof presenceAnswer>['items'][number];
/** Presence of one operator on a site; since null: as long as it is not known when it changed. */
export type Presence = Omit<ToldPresence, 'since'> & { readonly since: string | null };

/** Whether an operator is there to answer. */
export type PresenceState = Presence['state'];

/** A group of operators. */
export type Team = Answer<typeof teamsAnswer>['items'][number];

/** One row of the list. `unread` are messages of the contact, for the operator who asks; `waitingSince` that of the oldest unanswered. */
export type DialogSummary = Answer<typeof dialogSummarySchema>;
export type DialogStatus = DialogSummary['status'];

/** The last message of a dialog as the list shows it. */
export type LastMessage = NonNullable<DialogSummary['lastMessage']>;

/** Who writes, as a row of the list needs it. */
export type ContactSummary = Answer<typeof contactBriefSchema>;

/** Everything known about a contact. */
export type ContactCard = Answer<typeof contactCardSchema> & ContactSummary;

/** Something a contact did on the site. */
export type HistoryEntry = ContactCard['history'][number];

/** A dialog with its contact's card. */
export type DialogDetail = Answer<typeof dialogDetailsSchema>;
export type DialogPage = Answer<typeof dialogPageSchema>;
export type DialogCounts = Answer<typeof countsSchema>;

// literals held by their types: the table of limits is not for the first load
/** Largest file a message can carry, bytes; the server refuses more. */
export const MAX_FILE_BYTES: typeof LIMITS.fileBytes = 2_097_152;
/** Longest text of a message, characters. */
export const MAX_TEXT: typeof LIMITS.messageText = 10_000;
