import { type Params } from '@angular/router';
import { type DialogStatus } from '../core/model.js';

/** Built-in views of the list. */
export const VIEWS = ['all', 'mine', 'unassigned'] as const;
export type View = (typeof VIEWS)[number];

export const CHANNELS = ['chat', 'email', 'telegram', 'vk', 'facebook'] as const;

/** What the list shows. Kept in the URL, so that it survives a reload and can be sent to a colleague. */
export interface ListFilter {
  readonly view: View;
  /** `all` shows closed and finalized ones too. */
  readonly status: DialogStatus | 'all';
  readonly channel: string | null;
  readonly tag: string | null;
  /** Id of an operator: only their dialogs, whatever the view. */
  readonly assignee: string | null;
  readonly q: string;
}

export const DEFAULT_FILTER: ListFilter = {
  view: 'all',
  status: 'open',
  channel: null,
  tag: null,
  assignee: null,
  q: '',
};

const STATUSES = ['open', 'closed', 'finalized', 'all'] as const;

/** Reads the filter from query parameters; what is unknown counts as absent. */
export function filterOf(params: { get(name: string): string | null }): ListFilter {
  const view = params.get('view');
  const status = params.get('status');
  return {
    view: VIEWS.find((known) => known === view) ?? DEFAULT_FILTER.view,
    status: STATUSES.find((known) => known === status) ?? DEFAULT_FILTER.status,
    channel: params.get('channel') || null,
    tag: params.get('tag') || null,
    assignee: params.get('assignee') || null,
    q: params.get('q') ?? '',
  };
}

/** The query parameters of a filter; defaults are left out (null takes a parameter off the URL). */
export function paramsOf(filter: ListFilter): Params {
  return {
    view: filter.view === DEFAULT_FILTER.view ? null : filter.view,
    status: filter.status === DEFAULT_FILTER.status ? null : filter.status,
    channel: filter.channel,
    tag: filter.tag,
    assignee: filter.assignee,
    q: filter.q || null,
  };
}

/** The filter as the gateway's list routes take it. */
export function requestOf(filter: ListFilter): Record<string, string> {
  const request: Record<string, string> = {};
  if (filter.status !== 'all') request['status'] = filter.status;
  if (filter.view === 'mine') request['assignee'] = 'me';
  if (filter.view === 'unassigned') request['assignee'] = 'none';
  if (filter.assignee) request['assignee'] = filter.assignee;
  if (filter.channel) request['channel'] = filter.channel;
  if (filter.tag) request['tag'] = filter.tag;
  if (filter.q.trim()) request['q'] = filter.q.trim();
  return request;
}

/** True when the filter hides dialogs beyond the view and the usual "open". */
export function isNarrow(filter: ListFilter): boolean {
  return filter.q.trim() !== '' || filter.channel !== null || filter.tag !== null || filter.assignee !== null;
}

export function sameFilter(a: ListFilter, b: ListFilter): boolean {
  const keys = ['view', 'status', 'channel', 'tag', 'assignee', 'q'] as const;
  return keys.every((key) => a[key] === b[key]);
}
