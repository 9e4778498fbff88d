import type { SiteScope } from '@beseda/auth';
import type { DialogFilter, ListPosition } from '../../application/ports.js';
import { tagKey } from '../../domain/index.js';

/** A query of the driver. */
export type Filter = Record<string, unknown>;

/** Everything a scope lets one see: the site's dialogs, for a contact only its own. */
export const scoped = ({ siteId, contactId }: SiteScope): Filter => ({
  siteId,
  ...(contactId !== undefined && { 'contact.id': contactId }),
});

/** Newest activity first. */
export const NEWEST_FIRST = { lastActivityAt: -1, _id: -1 } as const;

/**
 * A list as a query and the index it reads. A list of one contact shows all of its dialogs; others leave out those in
 * which the contact has not written yet.
 */
export function listQuery(scope: SiteScope, filter: DialogFilter): { query: Filter; index: string } {
  const { status, assignee, channel, tag, words = [] } = filter;
  const contactId = scope.contactId ?? filter.contactId;
  if (scope.contactId !== undefined && filter.contactId !== undefined && filter.contactId !== scope.contactId)
    return { query: { siteId: scope.siteId, 'contact.id': '' }, index: 'list_by_contact' };
  const query: Filter = {
    siteId: scope.siteId,
    ...(contactId === undefined ? { listed: true } : { 'contact.id': contactId }),
    ...(status !== undefined && { status }),
    ...(assignee !== undefined && { assigneeId: assignee === 'none' ? '' : assignee }),
    ...(channel !== undefined && { channel }),
    ...(tag !== undefined && { tagKeys: tagKey(tag) }),
    ...(words.length > 0 && { $and: words.map((word) => ({ tokens: startingWith(word) })) }),
  };
  return { query, index: indexFor(filter, contactId) };
}

/** The index that leaves the least to look at. */
function indexFor({ status, assignee, channel, tag, words = [] }: DialogFilter, contactId: string | undefined): string {
  if (contactId !== undefined) return 'list_by_contact';
  if (words.length > 0) return 'search_words';
  if (tag !== undefined) return 'list_by_tag';
  if (status !== undefined && assignee !== undefined) return 'list_by_status_and_assignee';
  if (assignee !== undefined) return 'list_by_assignee';
  if (channel !== undefined) return 'list_by_channel';
  return status === undefined ? 'list_all' : 'list_by_status';
}

/** Words are letters and digits only, so nothing in them means something to a regular expression. */
const startingWith = (word: string): RegExp => new RegExp(`^${word}`);

/** What comes after a place in a list. */
export const after = ({ lastActivityAt, dialogId }: ListPosition): Filter => ({
  lastActivityAt: { $lte: lastActivityAt },
  $or: [{ lastActivityAt: { $lt: lastActivityAt } }, { lastActivityAt, _id: { $lt: dialogId } }],
});
