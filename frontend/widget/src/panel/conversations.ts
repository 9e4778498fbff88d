import { DialogTimeline, type DialogEvent, type RealtimeConnection } from '@beseda/realtime';
import type { DialogSummary, WidgetApi } from './api.js';

/** One dialog as far as it is loaded. */
export interface Conversation {
  readonly timeline: DialogTimeline;
  phase: 'loading' | 'ready' | 'failed';
  loadingOlder: boolean;
}

const PAGE = 50;
const RETRY_MS = 2_000;
const SHOW_FAILURE_AFTER = 3;

/** What {@link Conversations} needs. */
export interface ConversationsOptions {
  readonly api: WidgetApi;
  readonly connection: () => Pick<RealtimeConnection, 'open' | 'close'>;
  onChange(): void;
  /** Events of a first or an older page: names of operators stand in them. */
  onLoaded(events: readonly DialogEvent[]): void;
}

/** Loads the dialogs the visitor looks at, the last page first, and hands them to the connection. */
export class Conversations {
  readonly #o: ConversationsOptions;
  readonly #all = new Map<string, Conversation>();

  constructor(options: ConversationsOptions) {
    this.#o = options;
  }

  get(id: string | null): Conversation | undefined {
    return id === null ? undefined : this.#all.get(id);
  }

  all(): Iterable<Conversation> {
    return this.#all.values();
  }

  /** Begins to load a dialog unless it is there; `head` is the last seq known of it. */
  ensure(id: string, head: number, marks?: Pick<DialogSummary, 'deliveredSeq' | 'readSeq'>): Conversation {
    let found = this.#all.get(id);
    if (!found) {
      const timeline = new DialogTimeline(id, { own: 'contact', onChange: () => this.#o.onChange() });
      if (marks) timeline.setWatermarks(marks);
      found = { timeline, phase: 'loading', loadingOlder: false };
      this.#all.set(id, found);
      void this.#load(found, head);
    }
    return found;
  }

  /** Reads the page before the first loaded event. */
  async older(id: string): Promise<void> {
    const conversation = this.#all.get(id);
    if (!conversation || conversation.loadingOlder || !conversation.timeline.hasOlder) return;
    conversation.loadingOlder = true;
    try {
      const { events } = await this.#o.api.events(id, { beforeSeq: conversation.timeline.firstSeq, limit: PAGE });
      this.#o.onLoaded(events);
      conversation.timeline.prepend(events);
    } catch {
      // ApiError: the button stays, scrolling there again or pressing it tries again
    }
    conversation.loadingOlder = false;
    this.#o.onChange();
  }

  /** Forgets everything (another contact). */
  clear(): void {
    for (const id of this.#all.keys()) this.#o.connection().close(id);
    this.#all.clear();
  }

  async #load(conversation: Conversation, head: number): Promise<void> {
    const { timeline } = conversation;
    const id = timeline.dialogId;
    for (let attempt = 1; this.#all.get(id) === conversation; attempt += 1) {
      try {
        const { events } = await this.#o.api.events(id, { beforeSeq: head + 1, limit: PAGE });
        this.#o.onLoaded(events);
        timeline.load(events);
        break;
      } catch {
        // ApiError: tried for ever with the dialog in sight, said in words after a few times
        if (attempt >= SHOW_FAILURE_AFTER) conversation.phase = 'failed';
        this.#o.onChange();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * Math.min(attempt, 5)));
      }
    }
    if (this.#all.get(id) !== conversation) return;
    conversation.phase = 'ready';
    this.#o.connection().open(timeline);
    this.#o.onChange();
  }
}
