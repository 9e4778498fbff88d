import type { SiteScope } from '@beseda/auth';
import type { dialogsV1 } from '@beseda/contracts';
import type { CatalogueTag, Channel, Dialog, DialogEvent, DialogStatus, TagNames, Timer } from '../domain/index.js';
import type { DialogScope } from './visibility.js';

/** What the service knows of the contact of a dialog: a copy, kept up to date by the contact's events. */
export interface ContactBrief {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

/** A dialog as it is stored: its state and what surrounds it. Opaque beyond these fields; only the store looks inside. */
export interface StoredDialog {
  readonly id: string;
  readonly siteId: string;
  readonly contact: ContactBrief;
  readonly dialog: Dialog;
}

/** A send that was committed before. */
export interface EarlierSend {
  readonly dialogId: string;
  readonly type: string;
  /** Id of the message or note. */
  readonly id: string;
  readonly seq: number;
  /** What was written; absent once erased. */
  readonly content?: { readonly text: string; readonly file?: { readonly name: string; readonly size: number } };
}

/** What is committed at once. */
export interface Change {
  readonly events: readonly DialogEvent[];
  /** The dialog after the events, and what it waits for then. */
  readonly after: Dialog;
  readonly timers: readonly Timer[];
}

/**
 * `moved-on`: somebody else changed the dialog first. `thread-taken`: another dialog of its thread is open.
 * `sent-meanwhile`: a send with this key was committed to another dialog.
 */
export type CommitResult = StoredDialog | 'moved-on' | 'thread-taken' | 'sent-meanwhile';

/** Which dialogs a list shows. */
export interface DialogFilter {
  readonly status?: DialogStatus;
  /** `none`: nobody's. */
  readonly assignee?: string;
  readonly channel?: Channel;
  readonly tag?: string;
  /** Beginnings of words; all must occur. None: the question has nothing to find by, so nothing is found. */
  readonly words?: readonly string[];
  readonly contactId?: string;
}

/** A place in a list. */
export interface ListPosition {
  readonly lastActivityAt: Date;
  readonly dialogId: string;
}

/** Which part of a dialog's events. */
export type EventPart = { afterSeq: number; limit: number } | { beforeSeq: number; limit: number };

/** What dialogs are counted by. */
export type CountedBy = 'assignee' | 'tag';

/** Dialogs and their events. Every method takes a scope: a site, or within it one contact or what one operator sees. */
export abstract class DialogStore {
  abstract find(scope: DialogScope, dialogId: string): Promise<StoredDialog | undefined>;
  abstract findMany(scope: DialogScope, dialogIds: readonly string[]): Promise<StoredDialog[]>;
  /** The contact's dialogs that are not closed for good. */
  abstract findUnfinished(scope: SiteScope, contactId: string): Promise<StoredDialog[]>;
  /** A committed send with one of these keys, wherever in the site it went. */
  abstract findSend(scope: SiteScope, sendKeys: readonly string[]): Promise<EarlierSend | undefined>;
  /** Stores a new dialog; undefined when its thread has an open one already. */
  abstract insert(scope: SiteScope, contact: ContactBrief, change: Change): Promise<StoredDialog | undefined>;
  /** Adds events to a dialog that is as it was read. What the scope lets one see is judged by what was read, too. */
  abstract commit(scope: DialogScope, before: StoredDialog, change: Change): Promise<CommitResult>;
  abstract list(
    scope: DialogScope,
    filter: DialogFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<StoredDialog[]>;
  abstract count(scope: DialogScope, filter: DialogFilter): Promise<number>;
  /** How many there are of each assignee ({@link NOBODY} too), or of each tag, by its key. */
  abstract countBy(scope: DialogScope, by: CountedBy, status?: DialogStatus): Promise<Map<string, number>>;
  /** Those of some dialogs that a list with this filter shows. */
  abstract matching(scope: DialogScope, filter: DialogFilter, dialogIds: readonly string[]): Promise<Set<string>>;
  /** Events of one dialog as read just now: gap-free, ascending. */
  abstract events(scope: SiteScope, of: StoredDialog, part: EventPart): Promise<dialogsV1.DialogEvent[]>;
  /** Some dialogs of a site that carry a tag. */
  abstract tagged(scope: SiteScope, query: TaggedQuery, limit: number): Promise<StoredDialog[]>;
  /** Dialogs of a site in the order of their ids, after one of them. */
  abstract page(scope: SiteScope, afterId: string, limit: number): Promise<StoredDialog[]>;
  /** Dialogs of all sites whose time has come, the longest overdue first; the timer acts in the scope of each. */
  abstract due(now: Date, limit: number): Promise<StoredDialog[]>;
  /** Sets what a dialog waits for, if it is as it was read. */
  abstract setTimers(scope: SiteScope, before: StoredDialog, timers: readonly Timer[]): Promise<void>;
}

/** A field of a contact and the number of the event that set it: a higher number wins, so order does not matter. */
export interface ContactField {
  readonly field: keyof Omit<ContactBrief, 'id'>;
  readonly value: string;
  readonly seq: number;
}

/** What the service remembers of a contact. */
export interface ContactCopy extends ContactBrief {
  /** The contact this one has become part of. */
  readonly mergedInto?: string;
  /** Contacts that have become part of this one. */
  readonly aliases: readonly string[];
}

/** Copies of contacts, and the place of a contact in its dialogs. */
export abstract class ContactCopies {
  /** The copy; one without name and address for a contact nothing has been heard of. */
  abstract find(scope: SiteScope, contactId: string): Promise<ContactCopy>;
  abstract setField(scope: SiteScope, contactId: string, field: ContactField): Promise<void>;
  /** Remembers that a contact is now part of another; its dialogs go to that one. Repeatable. */
  abstract merge(scope: SiteScope, contactId: string, intoContactId: string): Promise<void>;
  /** Gives a contact's dialogs what its copy says now; for a dialog that began while the copy changed. */
  abstract refreshDialogs(scope: SiteScope, contactId: string): Promise<void>;
}

/** How far operators have read: outside the dialogs' events, only ever up. */
export abstract class ReadMarks {
  abstract raise(scope: SiteScope, operatorId: string, dialogId: string, seq: number): Promise<void>;
  /** Marks by dialog id; a dialog without one is unread from the beginning. */
  abstract of(scope: SiteScope, operatorId: string, dialogIds: readonly string[]): Promise<Map<string, number>>;
}

/** Which dialogs to look for by a tag. */
export interface TaggedQuery {
  /** The tag as it is compared. */
  readonly key: string;
  /** Leaves out those that carry it in this very spelling. */
  readonly exceptSpelled?: string;
}

/** How far dialogs have followed the catalogue of tags. */
export abstract class TagProgress {
  /** The version of a tag that all dialogs had followed; 0: none. */
  abstract followed(scope: SiteScope, tagId: string): Promise<number>;
  abstract advance(scope: SiteScope, tagId: string, version: number): Promise<void>;
}

/** A tag of the catalogue as it is known now. */
export interface KnownTag extends CatalogueTag {
  readonly id: string;
  readonly version: number;
}

/** The service's copy of the sites' catalogues of tags. */
export abstract class TagCatalogue {
  abstract find(siteId: string, tagId: string): KnownTag | undefined;
  abstract namesOf(siteId: string): TagNames;
  /** Every tag of the installation. */
  abstract all(): { siteId: string; tagId: string }[];
  /** Tells which tag changed. Gives back how to stop. */
  abstract onChange(listener: (siteId: string, tagId: string) => void): () => void;
}

/** What the service's copies of settings say. */
export abstract class SiteRules {
  /** How long a closed dialog of the site may be reopened; milliseconds. */
  abstract reopenWindowMs(siteId: string): number;
  /** @throws AppError INVALID_ARGUMENT unless the operator may answer on the site. */
  abstract assertOperator(siteId: string, operatorId: string): Promise<void>;
  /** Members of all teams of the site an operator belongs to. */
  abstract colleaguesOf(siteId: string, operatorId: string): readonly string[];
}
