import { invalidField } from '@beseda/errors';
import { Inject, Injectable } from '@nestjs/common';
import type { dialogsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { Caller } from './callers.js';
import type { DialogStatus } from '../domain/index.js';
import {
  type CountedBy,
  type DialogFilter,
  DialogStore,
  type ListPosition,
  type StoredDialog,
  TagCatalogue,
} from './ports.js';
import { DialogPresenter } from './present-dialogs.js';

/** One page of a list; the cursor is empty on the last page. */
export interface DialogPage {
  readonly items: dialogsV1.Dialog[];
  readonly nextCursor: string;
}

/** Lists of dialogs, newest activity first, and what changes in them. */
@Injectable()
export class ListDialogsHandler {
  constructor(
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(DialogPresenter) private readonly presenter: DialogPresenter,
    @Inject(TagCatalogue) private readonly catalogue: TagCatalogue,
  ) {}

  async one(caller: Caller, dialogId: string): Promise<dialogsV1.Dialog> {
    const stored = await this.dialogs.find(caller.scope, dialogId);
    const [dialog] = stored ? await this.presenter.present(caller, [stored]) : [];
    if (!dialog) throw appError('NOT_FOUND', 'There is no such dialog.');
    return dialog;
  }

  async page(caller: Caller, filter: DialogFilter, cursor: string, limit: number): Promise<DialogPage> {
    const after = cursor === '' ? undefined : positionOf(cursor);
    const found = await this.dialogs.list(caller.scope, visibleTo(caller, filter), after, limit + 1);
    const items = await this.presenter.present(caller, found.slice(0, limit));
    const last = found[limit - 1];
    return { items, nextCursor: found.length > limit && last ? cursorOf(last) : '' };
  }

  /** How many dialogs there are, how many are the caller's and how many nobody's; a search is left out of account. */
  async count(caller: Caller & { kind: 'operator' }, filter: DialogFilter): Promise<Record<Figure, number>> {
    const { words: _, assignee: __, ...rest } = filter;
    const count = (assignee?: string): Promise<number> =>
      this.dialogs.count(caller.scope, { ...rest, ...(assignee !== undefined && { assignee }) });
    const [all, mine, unassigned] = await Promise.all([count(), count(caller.id), count('none')]);
    return { all, mine, unassigned };
  }

  /** How many dialogs the caller may see there are of each assignee, or of each tag: named as in the catalogue, if it is there. */
  async countBy(caller: Caller, by: CountedBy, status: DialogStatus | undefined): Promise<Map<string, number>> {
    const counts = await this.dialogs.countBy(caller.scope, by, status);
    if (by === 'assignee') return counts;
    const names = this.catalogue.namesOf(caller.scope.siteId);
    const named = new Map<string, number>();
    for (const [key, count] of counts) {
      const name = names.given(key);
      named.set(name, (named.get(name) ?? 0) + count);
    }
    return named;
  }

  /** What changed in a list since its rows were loaded, and its first page as it is now. */
  async changes(
    caller: Caller,
    filter: DialogFilter,
    known: ReadonlyMap<string, number>,
    limit: number,
  ): Promise<{ changed: dialogsV1.Dialog[]; gone: string[]; first: DialogPage }> {
    const ids = [...known.keys()];
    const stored = await this.dialogs.findMany(caller.scope, ids);
    const matching = await this.dialogs.matching(caller.scope, visibleTo(caller, filter), ids);
    const changed = stored.filter(({ id, dialog }) => matching.has(id) && dialog.seq !== known.get(id));
    return {
      changed: await this.presenter.present(caller, changed),
      gone: ids.filter((id) => !matching.has(id)),
      first: await this.page(caller, filter, '', limit),
    };
  }
}

type Figure = 'all' | 'mine' | 'unassigned';

/** A contact lists its own dialogs; what goes on among operators (tags, assignees) cannot be asked for either. */
function visibleTo(caller: Caller, filter: DialogFilter): DialogFilter {
  if (caller.kind !== 'contact') return filter;
  return { contactId: caller.scope.contactId, ...(filter.status && { status: filter.status }) };
}

const cursorOf = ({ id, dialog }: StoredDialog): string =>
  Buffer.from(`${dialog.lastActivityAt.getTime()}.${id}`).toString('base64url');

function positionOf(cursor: string): ListPosition {
  const [, time, dialogId] = /^(\d{1,16})\.(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || dialogId === undefined)
    throw invalidField('cursor', 'invalid', 'The cursor is not one of this list.');
  return { lastActivityAt: new Date(Number(time)), dialogId };
}
