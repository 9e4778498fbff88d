import {
  NEW_DIALOG,
  RealtimeConnection,
  SendQueue,
  socketIoFactory,
  DialogTimeline,
  watchWakeUps,
  type ConnectionState,
  type DialogEvent,
  type OutgoingItem,
  type SendResult,
  type TimelineItem,
} from '@beseda/realtime';
import type { PageInfo, ToPanel } from '../shared/protocol.js';
import type { DialogSummary, WidgetApi } from './api.js';
import { bubbleState } from './bubble-state.js';
import { PageCalls } from './calls.js';
import { ConnectionBanner, type Banner } from './connection-banner.js';
import { Conversations, type Conversation } from './conversations.js';
import { DialogList } from './dialog-list.js';
import { FileUrls } from './file-urls.js';
import type { Texts } from './i18n/index.js';
import { Debounced, ListReadings, Redraw, Spaced } from './pacing.js';
import type { PanelParts, Post } from './parts.js';
import { Receipts } from './receipts.js';
import { pageStorage, sendToDialog } from './sending.js';
import type { VisitorSession } from './session.js';
import { record, type Person, type WidgetSettings } from './settings.js';
import { SiteSide } from './site-side.js';
import { unreadIn } from './unread.js';

const QUEUE_PREFIX = 'q:';
const DRAFT = 'draft';
const DRAFT_DELAY_MS = 300;
const SETTINGS_PAUSE_MS = 30_000;
const ENDED_PAUSE_MS = 5_000;

/** Everything the panel knows and does; views read it and call it. */
export class PanelModel {
  readonly site: SiteSide;
  readonly list = new DialogList();
  readonly files: FileUrls;
  /** Id of the dialog in sight; null = the one that does not exist yet. */
  current: string | null = null;
  view: 'dialog' | 'list' = 'dialog';
  /** The panel is shown on the page. */
  open = false;
  insets: readonly [top: number, bottom: number] = [0, 0];
  /** Rises when the visitor goes to another dialog: the list then begins at its end. */
  turn = 0;
  /** Rises when the composer should take the focus. */
  focusTurn = 0;
  draft: string;

  readonly #api: WidgetApi;
  readonly #session: VisitorSession;
  readonly #queue: SendQueue;
  readonly #connection: RealtimeConnection;
  readonly #conversations: Conversations;
  readonly #receipts: Receipts;
  readonly #unsent = new DialogTimeline(NEW_DIALOG, { own: 'contact', onChange: () => this.#changed() });
  readonly #post: Post;
  readonly #listeners = new Set<() => void>();
  readonly #banner = new ConnectionBanner(() => this.#changed());
  readonly #redraw = new Redraw(() => this.#draw());
  readonly #readings = new ListReadings(() => this.#readList());
  readonly #keepDraft = new Debounced<string>(DRAFT_DELAY_MS, (v) =>
    this.#post({ t: 'store', k: DRAFT, v: v || null }),
  );
  readonly #calls: PageCalls;
  /** A socket is told the settings when it connects; without one they are read now and then. */
  readonly #rereading = new Spaced(SETTINGS_PAUSE_MS, () => void this.#session.token(true).catch(() => undefined));
  #lastBubble = '';
  #listed = false;
  #ready = false;

  constructor(parts: PanelParts) {
    const { init, siteId, settings, post } = parts;
    this.site = new SiteSide({
      ...{ init, siteId, settings, post },
      onChange: () => this.#changed(),
      identify: (body) => this.#api.identify(body),
      onLeft: () => (this.focusTurn += 1),
      stand: () => ({ open: this.open, dialogId: this.current, seq: this.summary?.seq ?? 0 }),
    });
    this.draft = init.stored[DRAFT] ?? '';
    this.#api = parts.api;
    this.#session = parts.session;
    this.#post = parts.post;
    this.files = new FileUrls(
      (dialogId, fileId) => this.#api.fileUrl(dialogId, fileId),
      () => this.#changed(),
    );
    this.#calls = new PageCalls(parts.api, (token, contactId) => this.#session.adopt(token, contactId));
    this.#receipts = new Receipts((dialogId, marks) => this.#api.receipts(dialogId, marks));
    this.#conversations = new Conversations({
      api: this.#api,
      connection: () => this.#connection,
      onChange: () => this.#changed(),
      onLoaded: (events) => events.forEach((event) => this.site.learn(event)),
    });
    this.#queue = new SendQueue({
      send: (item, signal) => sendToDialog(this.#api, item, signal),
      onChange: () => this.#showOutgoing(),
      onSent: (item, result) => this.#onSent(item, result),
      storage: { store: pageStorage(init.stored, this.#post), prefix: QUEUE_PREFIX },
    });
    this.#connection = new RealtimeConnection({
      createSocket: socketIoFactory({ url: location.origin, namespace: '/widget', notices: ['settings'] }),
      token: (refresh) => this.#session.token(refresh),
      poll: (dialogs) => this.#api.resume(dialogs),
      onEvent: (event) => this.#onEvent(event),
      onDialogChanged: ({ dialogId, seq }) => {
        if ((this.list.get(dialogId)?.seq ?? 0) < (seq ?? Infinity)) this.#readings.soon('hint');
      },
      onState: (state) => this.#onConnection(state),
      onNotice: ({ body }) => this.site.apply(record(body)['settings']),
      onRefresh: (reason) => {
        this.#readings.soon('refresh');
        if (reason === 'poll') this.#rereading.soon();
      },
      // the contact is another one now: the refused token brings a new session
      onEnded: () => void setTimeout(() => this.#connection.start(), ENDED_PAUSE_MS),
    });
  }

  get settings(): WidgetSettings {
    return this.site.settings;
  }

  get texts(): Texts {
    return this.site.look.texts;
  }

  /** What to say about the connection; null = nothing. */
  get banner(): Banner | null {
    return this.#banner.shown;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The dialog in sight, if it exists and is being loaded. */
  get conversation(): Conversation | undefined {
    return this.#conversations.get(this.current);
  }

  get summary(): DialogSummary | undefined {
    return this.list.get(this.current);
  }

  /** What the dialog in sight shows. */
  items(): readonly TimelineItem[] {
    return (this.conversation?.timeline ?? this.#unsent).items();
  }

  /** Who of the team wrote last in a dialog, as far as it is known; null = nobody yet. */
  operatorOf(id: string | null): Person | null {
    const items = this.#conversations.get(id)?.timeline.items() ?? [];
    const item = items.findLast((one) => one.kind === 'message' && one.author === 'operator');
    const operatorId = (item?.kind === 'message' && item.actor?.id) || this.list.get(id)?.lastMessage?.operatorId;
    return this.site.person(operatorId);
  }

  /** Unread messages of the team in a dialog. */
  unread(summary: DialogSummary): number {
    const read = Math.max(summary.readSeq, this.#receipts.readSeq(summary.id));
    return unreadIn(summary, read, this.#conversations.get(summary.id)?.timeline);
  }

  unreadTotal(except?: string | null): number {
    return this.list.items.reduce((sum, item) => sum + (item.id === except ? 0 : this.unread(item)), 0);
  }

  sendText(text: string): void {
    this.setDraft('');
    this.#enqueue({ text });
  }

  sendFile(file: File): void {
    this.#enqueue({ file: { name: file.name, type: file.type, size: file.size, blob: file } });
  }

  retry(clientMessageId: string): void {
    this.#queue.retry(clientMessageId);
  }

  discard(clientMessageId: string): void {
    this.#queue.remove(clientMessageId);
  }

  setDraft(text: string): void {
    this.draft = text;
    this.#keepDraft.set(text);
    this.#changed();
  }

  /** A message of the team was on screen in the open panel. */
  seen(dialogId: string, seq: number): void {
    if (!this.open || document.visibilityState !== 'visible' || seq <= this.#receipts.readSeq(dialogId)) return;
    this.#receipts.read(dialogId, seq);
    this.#changed();
  }

  older(): void {
    if (this.current) void this.#conversations.older(this.current);
  }

  showList(): void {
    this.view = 'list';
    this.#changed();
  }

  show(id: string | null): void {
    this.view = 'dialog';
    if (id !== this.current) this.turn += 1;
    this.#setCurrent(id);
    this.focusTurn += 1;
  }

  close(): void {
    this.open = false;
    this.#changed();
    this.#post({ t: 'close' });
  }

  /** A message of the page. */
  take(message: ToPanel): void {
    switch (message.t) {
      case 'open':
        return this.#opened();
      case 'close':
        this.open = false;
        return this.#changed();
      case 'call':
        return this.#calls.call(message.call);
      case 'page':
        this.site.look.speak(message.lang);
        return this.#calls.run((api) => api.pageView(message.page));
      case 'preview':
        // only a document that began as one: a page must not dress a real conversation up
        return this.site.preview ? this.site.apply(message.preview.settings, message.preview) : undefined;
      case 'view':
        this.insets = message.insets;
        return this.#changed();
    }
  }

  /** The token now belongs to another contact: nothing of the former may stay in sight. */
  otherContact(): void {
    this.#conversations.clear();
    this.#receipts.clear();
    this.list.replace([]);
    this.site.forget();
    this.#listed = false;
    this.current = null;
    this.turn += 1;
    this.#connection.restart();
    void this.#readings.now();
    // what is known of the other one comes with a session
    this.#rereading.soon();
  }

  /** Reads what is there and connects. */
  async begin(page: PageInfo): Promise<void> {
    this.#calls.run((api) => api.pageView(page));
    await Promise.all([this.#readings.now(), this.site.prepare()]);
    this.#ready = true;
    if (this.site.preview) return this.#changed();
    this.#queue.restore();
    this.#connection.start();
    watchWakeUps(
      window,
      () => {
        this.#connection.wake();
        this.#queue.kick();
        this.#banner.set(this.#connection.state);
      },
      () => this.#banner.set('offline'),
    );
    document.addEventListener('visibilitychange', () => this.#changed());
    this.#changed();
  }

  #opened(): void {
    this.open = true;
    const waiting = this.list.items.find((item) => this.unread(item) > 0);
    this.view = 'dialog';
    if (waiting && this.#unreadOf(this.current) === 0 && waiting.id !== this.current) this.show(waiting.id);
    this.focusTurn += 1;
    this.site.opened();
    this.#changed();
  }

  #unreadOf(id: string | null): number {
    const summary = this.list.get(id);
    return summary ? this.unread(summary) : 0;
  }

  #setCurrent(id: string | null): void {
    if (this.current === null) this.site.offline.moved(id);
    this.current = id;
    if (id !== null) {
      const summary = this.list.get(id);
      this.#conversations.ensure(id, summary?.seq ?? 0, summary);
    }
    this.#showOutgoing();
  }

  #enqueue(what: Pick<OutgoingItem, 'text' | 'file'>): void {
    // only an open dialog is named: for any other the server chooses (reopen it or start one)
    const named = this.current !== null && (this.summary?.status ?? 'open') === 'open';
    if (named && this.current) this.#queue.adopt(this.current);
    this.#queue.enqueue({ slot: named && this.current ? this.current : NEW_DIALOG, ...what });
  }

  #onSent(item: OutgoingItem, result: SendResult): void {
    const known = this.list.get(result.dialogId);
    const { timeline } = this.#conversations.ensure(result.dialogId, Math.max(result.seq, known?.seq ?? 0), known);
    timeline.confirm(item, result);
    if (item.slot !== result.dialogId && this.current !== result.dialogId && this.#inSight(item))
      this.#setCurrent(result.dialogId);
    if (!known) this.#readings.soon('urgent');
    if (timeline.hole) this.#connection.resume();
  }

  #inSight(item: OutgoingItem): boolean {
    return item.slot === this.current || this.current === null || this.summary?.status !== 'open';
  }

  #onEvent(event: DialogEvent): void {
    this.site.learn(event);
    if (!this.list.apply(event)) this.#readings.soon('urgent');
    if (event.type === 'message.posted') {
      const { author, clientMessageId, messageId } = event.payload;
      if (author !== 'contact') this.#receipts.delivered(event.dialogId, event.seq);
      if (clientMessageId) this.#queue.settle(clientMessageId, { dialogId: event.dialogId, messageId, seq: event.seq });
    }
    this.#changed();
  }

  async #readList(): Promise<void> {
    try {
      const { items } = await this.#api.dialogs();
      this.list.replace(items);
    } catch {
      // ApiError: the next connect, poll or change reads it again
      return;
    }
    for (const item of this.list.items) {
      this.#receipts.known(item.id, item);
      this.#conversations.get(item.id)?.timeline.noteHead(item.seq);
      if (item.lastMessage && item.lastMessage.author !== 'contact')
        this.#receipts.delivered(item.id, item.lastMessage.seq);
    }
    const present = this.list.present();
    if (present && (this.current === null || !this.#listed)) {
      this.#queue.adopt(present.id);
      this.#setCurrent(present.id);
    }
    this.#listed = true;
    this.#connection.resume();
    this.#changed();
  }

  #onConnection(state: ConnectionState): void {
    this.#banner.set(state);
    if (state === 'online') this.#queue.kick();
  }

  #showOutgoing(): void {
    const unnamed = this.#queue.items(NEW_DIALOG);
    this.#unsent.setOutgoing(unnamed);
    for (const { timeline } of this.#conversations.all()) {
      const own = this.#queue.items(timeline.dialogId);
      timeline.setOutgoing(timeline.dialogId === this.current ? [...own, ...unnamed] : own);
    }
    this.#changed();
  }

  #changed(): void {
    this.#redraw.request();
  }

  #draw(): void {
    if (!this.#ready) return;
    this.site.talked(this.operatorOf(this.list.items[0]?.id ?? null));
    const bubble = bubbleState(this);
    const text = JSON.stringify(bubble);
    if (text !== this.#lastBubble) this.#post({ t: 'bubble', bubble });
    this.#lastBubble = text;
    for (const listener of this.#listeners) listener();
  }
}
