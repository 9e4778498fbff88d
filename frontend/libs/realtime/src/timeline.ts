import type { DialogEvent, VisibleEvent } from './events.js';
import type { OutgoingItem, SendResult } from './send-queue.js';
import { buildItems, type SentItem, type TimelineEntry, type TimelineItem } from './timeline-items.js';

/** How a {@link DialogTimeline} works. */
export interface TimelineOptions {
  /** Whose client this is: an outgoing item is shown as this author's. */
  readonly own: 'contact' | 'operator';
  /** Called after anything visible changed. */
  readonly onChange?: () => void;
  /** Milliseconds since the epoch; `Date.now` unless told. */
  readonly now?: () => number;
}

/** What {@link DialogTimeline.apply} found. */
export interface ApplyResult {
  /** Events that became part of the list now, ascending; earlier buffered ones included. */
  readonly added: readonly DialogEvent[];
  /** True while something before a known event, or up to a known head, is missing: ask for it. */
  readonly hole: boolean;
}

/** Beyond this many events past a hole nothing more is kept: the resume brings them again. */
const MAX_BUFFERED = 1_000;

/**
 * The events of one dialog, gap-free from the first loaded to the last known.
 *
 * Events may come twice, late or in any order: known ones are dropped, those beyond a hole wait. Messages on their way
 * (`setOutgoing`, `confirm`) stand at the end until their event arrives and then take its place under the same key.
 */
export class DialogTimeline {
  readonly #options: TimelineOptions;
  readonly #now: () => number;
  #entries: TimelineEntry[] = [];
  readonly #ahead = new Map<number, DialogEvent>();
  #first = 1;
  #head = 0;
  #knownHead = 0;
  #delivered = 0;
  #read = 0;
  #outgoing: readonly OutgoingItem[] = [];
  readonly #confirmed = new Map<string, SentItem>();
  readonly #arrived = new Map<string, number>();
  #items: readonly TimelineItem[] | null = null;

  constructor(
    readonly dialogId: string,
    options: TimelineOptions,
  ) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Last seq of the gap-free list; 0 when nothing is known. */
  get headSeq(): number {
    return this.#head;
  }

  /** First seq of the list; older events can be prepended when it is above 1. */
  get firstSeq(): number {
    return this.#first;
  }

  /** True when older events exist on the server. */
  get hasOlder(): boolean {
    return this.#first > 1;
  }

  /** True while something is known to be missing. */
  get hole(): boolean {
    return this.#ahead.size > 0 || this.#knownHead > this.#head;
  }

  /** The contact's client received everything up to this seq. */
  get deliveredSeq(): number {
    return this.#delivered;
  }

  /** The contact read everything up to this seq. */
  get readSeq(): number {
    return this.#read;
  }

  /** The loaded events, ascending, hidden ones included. */
  get events(): readonly DialogEvent[] {
    return this.#entries.map((entry) => entry.event);
  }

  /** First page of a dialog: ascending and gap-free, may begin anywhere. On a list that is not empty the same as `apply`. */
  load(events: readonly DialogEvent[]): ApplyResult {
    const first = events.find((event) => event.dialogId === this.dialogId);
    if (this.#head === 0 && first) {
      this.#first = first.seq;
      this.#head = first.seq - 1;
      for (const seq of this.#ahead.keys()) if (seq < first.seq) this.#ahead.delete(seq);
    }
    return this.apply(events);
  }

  /** Takes live or resumed events in any order. */
  apply(events: readonly DialogEvent[]): ApplyResult {
    const added: DialogEvent[] = [];
    for (const event of events) {
      if (event.dialogId !== this.dialogId || event.seq <= this.#head) continue;
      if (event.seq > this.#head + 1) {
        if (this.#ahead.size < MAX_BUFFERED) this.#ahead.set(event.seq, event);
        this.#knownHead = Math.max(this.#knownHead, event.seq);
        continue;
      }
      for (let next: DialogEvent | undefined = event; next; next = this.#ahead.get(this.#head + 1)) {
        this.#ahead.delete(next.seq);
        this.#append(next);
        added.push(next);
      }
    }
    if (added.length > 0) this.#changed();
    return { added, hole: this.hole };
  }

  /** Takes an older page (ascending, ending just before `firstSeq`); returns how many events were added. */
  prepend(events: readonly DialogEvent[]): number {
    const older: TimelineEntry[] = [];
    let next = this.#first - 1;
    for (const event of [...events].reverse()) {
      if (event.dialogId !== this.dialogId || event.seq > next) continue;
      if (event.seq < next) break;
      older.unshift(this.#enter(event));
      next -= 1;
    }
    if (older.length === 0) return 0;
    this.#entries = [...older, ...this.#entries];
    this.#first = next + 1;
    this.#changed();
    return older.length;
  }

  /** The server named a seq (heads, the answer to a send): what is missing up to it is a hole. */
  noteHead(seq: number): boolean {
    this.#knownHead = Math.max(this.#knownHead, seq);
    return this.hole;
  }

  /** Watermarks from elsewhere (the dialog's summary); they only grow. */
  setWatermarks(marks: { readonly deliveredSeq?: number; readonly readSeq?: number }): void {
    this.#raise(marks.deliveredSeq ?? 0, marks.readSeq ?? 0);
    this.#changed();
  }

  /** What waits or is on its way for this dialog, in order of writing (from the send queue). */
  setOutgoing(items: readonly OutgoingItem[]): void {
    if (items.length === 0 && this.#outgoing.length === 0) return;
    this.#outgoing = items;
    this.#changed();
  }

  /** The server stored an outgoing item; it stays visible as sent until its event arrives. */
  confirm(item: OutgoingItem, result: Pick<SendResult, 'messageId' | 'seq'>): void {
    this.noteHead(result.seq);
    if (!this.#arrived.has(item.clientMessageId)) {
      this.#confirmed.set(item.clientMessageId, { item, messageId: result.messageId, seq: result.seq });
    }
    this.#changed();
  }

  /** Seq of the event of an own message, or undefined while it has not arrived. */
  seqOf(clientMessageId: string): number | undefined {
    return this.#arrived.get(clientMessageId);
  }

  /** What to show, oldest first. The same array until something changes. */
  items(): readonly TimelineItem[] {
    this.#items ??= buildItems({
      own: this.#options.own,
      entries: this.#entries,
      delivered: this.#delivered,
      read: this.#read,
      confirmed: [...this.#confirmed.values()].filter((sent) => sent.seq > this.#head),
      outgoing: this.#outgoing.filter(
        ({ clientMessageId }) => !this.#arrived.has(clientMessageId) && !this.#confirmed.has(clientMessageId),
      ),
    });
    return this.#items;
  }

  #append(event: DialogEvent): void {
    this.#entries.push(this.#enter(event));
    this.#head = event.seq;
    this.#knownHead = Math.max(this.#knownHead, event.seq);
  }

  #enter(event: DialogEvent): TimelineEntry {
    if (event.type === 'hidden') return { event, receivedAt: this.#now() };
    this.#mark(event);
    return { event, receivedAt: this.#now() };
  }

  #mark(event: VisibleEvent): void {
    if (event.type === 'delivery.changed') this.#raise(event.payload.upToSeq, 0);
    if (event.type === 'dialog.read') this.#raise(event.payload.upToSeq, event.payload.upToSeq);
    if (event.type !== 'message.posted' && event.type !== 'note.added') return;
    const id = event.payload.clientMessageId;
    if (!id) return;
    this.#arrived.set(id, event.seq);
    this.#confirmed.delete(id);
  }

  #raise(delivered: number, read: number): void {
    this.#delivered = Math.max(this.#delivered, delivered);
    this.#read = Math.max(this.#read, read);
  }

  #changed(): void {
    this.#items = null;
    this.#options.onChange?.();
  }
}
