import type { CountedBy, DialogFilter, ListPosition } from '../../application/ports.js';
import { type DialogScope, NOBODY, assigneesSeen } from '../../application/visibility.js';
import { type DialogStatus, tagKey } from '../../domain/index.js';

/** A query of the driver. */
export type Filter = Record<string, unknown>;

/** Everything a scope lets one see: the site's dialogs; for a contact its own, for some operators those of some assignees. */
export const scoped = (scope: DialogScope): Filter => ({
  siteId: scope.siteId,
  ...(scope.contactId !== undefined && { 'contact.id': scope.contactId }),
  ...ofAssignees(assigneesSeen(scope)),
});

/** Nothing for everybody's. One is asked for by itself, so that a list of it is read in its order. */
function ofAssignees(ids: readonly string[] | undefined): Filter {
  if (ids === undefined) return {};
  return { assigneeId: ids.length === 1 ? ids[0] : { $in: [...ids] } };
}

/** Of the assignees a scope lets one see those a filter asks for; undefined: everybody's. */
function assigneesOf(scope: DialogScope, { assignee }: DialogFilter): readonly string[] | undefined {
  const seen = assigneesSeen(scope);
  if (assignee === undefined) return seen;
  const asked = assignee === 'none' ? NOBODY : assignee;
  return seen === undefined || seen.includes(asked) ? [asked] : [];
}

/** Newest activity first. */
export const NEWEST_FIRST = { lastActivityAt: -1, _id: -1 } as const;

/**
 * A list as a query and the index it reads. A list of one contact shows all of its dialogs; others leave out those in
 * which the contact has not written yet.
 */
export function listQuery(scope: DialogScope, filter: DialogFilter): { query: Filter; index: string } {
  const { status, channel, tag, words = [] } = filter;
  const assignees = assigneesOf(scope, filter);
  const contactId = scope.contactId ?? filter.contactId;
  const foreign =
    scope.contactId !== undefined && filter.contactId !== undefined && filter.contactId !== scope.contactId;
  if (foreign || filter.words?.length === 0)
    return { query: { siteId: scope.siteId, 'contact.id': '' }, index: 'list_by_contact' };
  const query: Filter = {
    siteId: scope.siteId,
    ...(contactId === undefined ? { listed: true } : { 'contact.id': contactId }),
    ...(status !== undefined && { status }),
    ...ofAssignees(assignees),
    ...(channel !== undefined && { channel }),
    ...(tag !== undefined && { tagKeys: tagKey(tag) }),
    ...(words.length > 0 && { $and: words.map((word) => ({ tokens: startingWith(word) })) }),
  };
  return { query, index: indexFor(filter, contactId, assignees !== undefined) };
}

/** The index that leaves the least to look at. */
function indexFor(
  { status, channel, tag, words = [] }: DialogFilter,
  contactId: string | undefined,
  byAssignee: boolean,
): string {
  if (contactId !== undefined) return 'list_by_contact';
  if (words.length > 0) return 'search_words';
  if (tag !== undefined) return 'list_by_tag';
  if (byAssignee) return status === undefined ? 'list_by_assignee' : 'list_by_status_and_assignee';
  if (channel !== undefined) return 'list_by_channel';
  return status === undefined ? 'list_all' : 'list_by_status';
}

/** Listed dialogs to count by assignee or by tag, and the index that is read for it. */
export function countQuery(
  scope: DialogScope,
  by: CountedBy,
  status: DialogStatus | undefined,
): { query: Filter; index: string } {
  const { query } = listQuery(scope, status === undefined ? {} : { status });
  // Every tag's key follows the empty text: dialogs without tags are not even looked at.
  if (by === 'tag') return { query: { ...query, tagKeys: { $gt: '' } }, index: 'list_by_tag' };
  return { query, index: status === undefined ? 'list_by_assignee' : 'list_by_status_and_assignee' };
}

/** Words are letters and digits only, so nothing in them means something to a regular expression. */
const startingWith = (word: string): RegExp => new RegExp(`^${word}`);

/** What comes after a place in a list. */
export const after = ({ lastActivityAt, dialogId }: ListPosition): Filter => ({
  lastActivityAt: { $lte: lastActivityAt },
  $or: [{ lastActivityAt: { $lt: lastActivityAt } }, { lastActivityAt, _id: { $lt: dialogId } }],
});
