import { type EventItem, type MessageItem, type TimelineItem } from '@beseda/realtime';

/** Messages of one author through one channel, close in time: one avatar, one head line. */
export interface GroupBlock {
  readonly kind: 'group';
  readonly key: string;
  readonly author: MessageItem['author'];
  /** Null: the operator who is signed in. */
  readonly actor: MessageItem['actor'];
  readonly channel: string | undefined;
  readonly at: string;
  readonly messages: readonly MessageItem[];
}

export interface NoteBlock {
  readonly kind: 'note';
  readonly key: string;
  readonly note: MessageItem;
}

/** One or more events in a row; all but the last are folded. */
export interface EventsBlock {
  readonly kind: 'events';
  readonly key: string;
  readonly events: readonly EventItem[];
}

export interface DayBlock {
  readonly kind: 'day';
  readonly key: string;
  readonly at: string;
}

/** "2 new": stands above the first message that was unread when the dialog was opened. */
export interface UnreadBlock {
  readonly kind: 'unread';
  readonly key: string;
  readonly count: number;
}

export type Block = GroupBlock | NoteBlock | EventsBlock | DayBlock | UnreadBlock;

/** Where the unread part began when the dialog was opened. */
export interface UnreadMark {
  readonly seq: number;
  readonly count: number;
}

const GROUP_MS = 5 * 60_000;

/** Puts timeline items together as they are drawn; `me` is the operator who is signed in. Keys stay the same while items are added at either end. */
export function buildBlocks(items: readonly TimelineItem[], unread: UnreadMark | null, me: string): readonly Block[] {
  const blocks: Block[] = [];
  let day = '';
  let marked = false;
  for (const item of items) {
    const itemDay = dayOf(item.at);
    if (itemDay !== day) {
      day = itemDay;
      blocks.push({ kind: 'day', key: `day:${day}`, at: item.at });
    }
    if (unread && !marked && item.seq !== null && item.seq >= unread.seq) {
      marked = true;
      blocks.push({ kind: 'unread', key: 'unread', count: unread.count });
    }
    add(blocks, item, me);
  }
  return blocks;
}

function add(blocks: Block[], item: TimelineItem, me: string): void {
  const last = blocks.at(-1);
  if (item.kind === 'event') {
    if (last?.kind === 'events') blocks[blocks.length - 1] = { ...last, events: [...last.events, item] };
    else blocks.push({ kind: 'events', key: `e:${item.key}`, events: [item] });
    return;
  }
  if (item.kind === 'note') {
    blocks.push({ kind: 'note', key: `n:${item.key}`, note: item });
    return;
  }
  if (last?.kind === 'group' && continues(last, item, me)) {
    (last.messages as MessageItem[]).push(item);
    return;
  }
  const { author, actor, channel, at } = item;
  blocks.push({ kind: 'group', key: `g:${item.key}`, author, actor, channel, at, messages: [item] });
}

function continues(group: GroupBlock, item: MessageItem, me: string): boolean {
  const last = group.messages.at(-1);
  if (!last || group.author !== item.author) return false;
  // what is on its way has no actor and no channel yet: it is the own operator's and goes where the last ones went
  const samePerson = (last.actor?.id ?? me) === (item.actor?.id ?? me);
  const sameChannel = item.channel === undefined || group.channel === undefined || group.channel === item.channel;
  return samePerson && sameChannel && Date.parse(item.at) - Date.parse(last.at) <= GROUP_MS;
}

function dayOf(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
}

/** Where the unread part begins: at the oldest of the last `count` messages of the contact. Null when nothing is unread. */
export function unreadMark(items: readonly TimelineItem[], count: number): UnreadMark | null {
  if (count <= 0) return null;
  let left = count;
  let seq: number | null = null;
  for (let i = items.length - 1; i >= 0 && left > 0; i -= 1) {
    const item = items[i];
    if (item?.kind !== 'message' || item.author !== 'contact' || item.seq === null) continue;
    seq = item.seq;
    left -= 1;
  }
  return seq === null ? null : { seq, count };
}
