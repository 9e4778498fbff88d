import type { EventItem, MessageItem, TimelineItem } from '@beseda/realtime';

/** A message with its place in a group: same author, at most five minutes apart. */
export interface MessageRow {
  readonly row: 'message';
  readonly key: string;
  readonly item: MessageItem;
  readonly first: boolean;
  readonly last: boolean;
}

/** What the list shows, top to bottom. */
export type Row =
  | { readonly row: 'day'; readonly key: string; readonly at: string }
  | { readonly row: 'event'; readonly key: string; readonly item: EventItem }
  | MessageRow;

const GROUP_MS = 5 * 60_000;

/** Puts separators between days and joins messages into groups; leaves out what a visitor has no use for. */
export function toRows(items: readonly TimelineItem[]): Row[] {
  const rows: Row[] = [];
  let day = '';
  let latest = '';
  let previous: MessageItem | null = null;
  for (const item of items) {
    if (item.kind === 'note' || (item.kind === 'event' && !isShown(item))) continue;
    // what is on its way has the time of this device, which may be behind the server's
    const at = item.seq === null && item.at < latest ? latest : item.at;
    latest = at;
    const date = new Date(at).toDateString();
    if (date !== day) {
      rows.push({ row: 'day', key: `day ${item.key}`, at });
      previous = null;
    }
    day = date;
    if (item.kind === 'event') {
      const above = rows.at(-1);
      // closed, then finished: the last word is enough
      if (item.event.type === 'dialog.finalized' && above?.row === 'event' && above.item.event.type === 'dialog.closed')
        rows.pop();
      rows.push({ row: 'event', key: item.key, item });
      previous = null;
      continue;
    }
    const joins = previous !== null && sameGroup(previous, item);
    const above = rows.at(-1);
    if (joins && above?.row === 'message') rows[rows.length - 1] = { ...above, last: false };
    rows.push({ row: 'message', key: item.key, item, first: !joins, last: true });
    previous = item;
  }
  return rows;
}

/** Where something belongs that stands after this seq: before the first later message and the day above it. */
export function placeAfter(rows: readonly Row[], seq: number): number {
  const later = rows.findIndex((row) => row.row !== 'day' && (row.item.seq === null || row.item.seq > seq));
  if (later < 0) return rows.length;
  return rows[later - 1]?.row === 'day' ? later - 1 : later;
}

function sameGroup(a: MessageItem, b: MessageItem): boolean {
  const sameAuthor = a.author === b.author && (a.author === 'contact' || a.actor?.id === b.actor?.id);
  return sameAuthor && Math.abs(Date.parse(b.at) - Date.parse(a.at)) <= GROUP_MS;
}

function isShown({ event }: EventItem): boolean {
  if (event.type === 'dialog.reopened') return event.payload.reason !== 'contact-wrote';
  return event.type === 'dialog.closed' || event.type === 'dialog.finalized';
}
