import {
  isRetryableProblem,
  NEW_DIALOG,
  RealtimeConnection,
  SendQueue,
  socketIoFactory,
  systemEnv,
  toApiProblem,
  DialogTimeline,
  watchWakeUps,
  type ConnectionState,
  type DialogEvent,
  type KeyValueStorage,
  type OutgoingItem,
  type SendResult,
  type TimelineItem,
} from '@beseda/realtime';
import type { InitMessage, PageCall, PageInfo, ToPage, ToPanel } from '../shared/protocol.js';
import { createWidgetApi, type DialogSummary, type WidgetApi, type WidgetSettings } from './api.js';
import { bubbleState } from './bubble-state.js';
import { toRequest, type PageRequest } from './calls.js';
import { Conversations, type Conversation } from './conversations.js';
import { DialogList } from './dialog-list.js';
import { FileUrls } from './file-urls.js';
import { chooseLanguage, createTexts, type Texts } from './i18n/index.js';
import { Receipts } from './receipts.js';
import { VisitorSession } from './session.js';

/** Connection states the visitor is told about. */
export type Banner = Exclude<ConnectionState, 'online'>;

const QUEUE_PREFIX = 'q:';
const DRAFT = 'draft';
/** A cut that heals within this time is not worth a word. */
const BANNER_DELAY_MS = 2_000;
/** Live events usually come with the hint that a dialog changed: only what they leave open is read. */
const LIST_DELAY_MS = 500;
const LIST_PAUSE_MS = 3_000;
/** A dialog nobody knows yet: a little wait for what comes with it. */
const UNKNOWN_DELAY_MS = 50;
const CALL_TRIES = 5;
const DRAW_MS = 32;
const DRAFT_DELAY_MS = 300;

/** Everything the panel knows and does; views read it and call it. */
export class PanelModel {
  readonly settings: WidgetSettings;
  readonly texts: Texts;
  readonly list = new DialogList();
  readonly files: FileUrls;
  /** Id of the dialog in sight; null = the one that does not exist yet. */
  current: string | null = null;
  view: 'dialog' | 'list' = 'dialog';
  /** The panel is shown on the page. */
  open = false;
  full = false;
  insets: readonly [top: number, bottom: number] = [0, 0];
  banner: Banner | null = null;
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
  readonly #names = new Map<string, string>();
  readonly #post: (message: ToPage) => void;
  readonly #listeners = new Set<() => void>();
  #notifying = false;
  #listTimer: ReturnType<typeof setTimeout> | undefined;
  #draftTimer: ReturnType<typeof setTimeout> | undefined;
  #bannerTimer: ReturnType<typeof setTimeout> | undefined;
  #lastBubble = '';
  #listReadAt = 0;
  #drawnAt = 0;
  #calls: Promise<void> = Promise.resolve();
  #listed = false;

  private constructor(parts: {
    init: InitMessage;
    session: VisitorSession;
    settings: WidgetSettings;
    api: WidgetApi;
    post: (message: ToPage) => void;
  }) {
    const { init, settings } = parts;
    this.settings = settings;
    this.texts = createTexts(chooseLanguage(settings.language, init.lang, init.device.language));
    this.full = init.full;
    this.draft = init.stored[DRAFT] ?? '';
    this.#api = parts.api;
    this.#session = parts.session;
    this.#post = parts.post;
    this.files = new FileUrls(
      (dialogId, fileId) => this.#api.fileUrl(dialogId, fileId),
      () => this.#changed(),
    );
    this.#receipts = new Receipts((dialogId, marks) => this.#api.receipts(dialogId, marks));
    this.#conversations = new Conversations({
      api: this.#api,
      connection: () => this.#connection,
      onChange: () => this.#changed(),
      onLoaded: (events) => events.forEach((event) => this.#learn(event)),
    });
    this.#queue = new SendQueue({
      send: (item, signal) => this.#send(item, signal),
      onChange: () => this.#showOutgoing(),
      onSent: (item, result) => this.#onSent(item, result),
      storage: { store: this.#storage(init.stored), prefix: QUEUE_PREFIX },
    });
    this.#connection = new RealtimeConnection({
      createSocket: socketIoFactory({ url: location.origin, namespace: '/widget' }),
      token: (refresh) => this.#session.token(refresh),
      poll: (dialogs) => this.#api.resume(dialogs),
      onEvent: (event) => this.#onEvent(event),
      onDialogChanged: ({ dialogId, seq }) => {
        if ((this.list.get(dialogId)?.seq ?? 0) < (seq ?? Infinity)) this.#readListSoon();
      },
      onState: (state) => this.#onConnection(state),
      onRefresh: () => this.#readListSoon(0),
      onEnded: () => undefined,
    });
  }

  /** Makes the visitor's session and everything on it; null when this site has no widget. */
  static async start(siteId: string, init: InitMessage, post: (message: ToPage) => void): Promise<PanelModel | null> {
    let model: PanelModel | null = null;
    const session: VisitorSession = new VisitorSession({
      siteId,
      init,
      api: () => api,
      keep: (token) => post({ t: 'store', k: 'token', v: token }),
      onContact: () => model?.otherContact(),
    });
    const api = createWidgetApi((refresh) => session.token(refresh));
    const made = await session.start();
    if (!made) return null;
    model = new PanelModel({ init, session, settings: made.settings, api, post });
    await model.#begin(init.page);
    return model;
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
  operatorOf(id: string | null): { id: string; name: string } | null {
    const items = this.#conversations.get(id)?.timeline.items() ?? [];
    const item = items.findLast((one) => one.kind === 'message' && one.author === 'operator');
    const operatorId = (item?.kind === 'message' && item.actor?.id) || this.list.get(id)?.lastMessage?.operatorId;
    const name = operatorId ? this.#names.get(operatorId) : undefined;
    return operatorId && name ? { id: operatorId, name } : null;
  }

  /** Unread messages of the team in a dialog; counted from its events when those are here. */
  unread(summary: DialogSummary): number {
    const read = Math.max(summary.readSeq, this.#receipts.readSeq(summary.id));
    const timeline = this.#conversations.get(summary.id)?.timeline;
    if (timeline && timeline.headSeq >= summary.seq && timeline.firstSeq <= read + 1) {
      return timeline
        .items()
        .filter((item) => item.kind === 'message' && item.author !== 'contact' && (item.seq ?? 0) > read).length;
    }
    return read >= (summary.lastMessage?.seq ?? 0) ? 0 : summary.unread;
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
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#post({ t: 'store', k: DRAFT, v: text || null }), DRAFT_DELAY_MS);
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
        return this.#call(message.call);
      case 'page':
        return this.#run((api) => api.pageView(message.page));
      case 'view':
        this.full = message.full;
        this.insets = message.insets;
        return this.#changed();
    }
  }

  /** The token now belongs to another contact: nothing of the former may stay in sight. */
  otherContact(): void {
    this.#conversations.clear();
    this.#receipts.clear();
    this.list.replace([]);
    this.#listed = false;
    this.current = null;
    this.turn += 1;
    this.#connection.restart();
    void this.#readList();
  }

  async #begin(page: PageInfo): Promise<void> {
    this.#run((api) => api.pageView(page));
    await this.#readList();
    this.#queue.restore();
    this.#connection.start();
    watchWakeUps(
      window,
      () => {
        this.#connection.wake();
        this.#queue.kick();
      },
      () => this.#onConnection('offline'),
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
    this.#changed();
  }

  #unreadOf(id: string | null): number {
    const summary = this.list.get(id);
    return summary ? this.unread(summary) : 0;
  }

  #setCurrent(id: string | null): void {
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

  async #send(item: OutgoingItem, signal: AbortSignal): Promise<SendResult> {
    try {
      return await this.#api.send(item, signal);
    } catch (error) {
      // FAILED_PRECONDITION, NOT_FOUND: the named dialog was finished or merged away meanwhile; without a name the server finds one
      const { code } = toApiProblem(error);
      if (item.slot === NEW_DIALOG || (code !== 'FAILED_PRECONDITION' && code !== 'NOT_FOUND')) throw error;
      return await this.#api.send({ ...item, slot: NEW_DIALOG }, signal);
    }
  }

  #onSent(item: OutgoingItem, result: SendResult): void {
    const known = this.list.get(result.dialogId);
    const { timeline } = this.#conversations.ensure(result.dialogId, Math.max(result.seq, known?.seq ?? 0), known);
    timeline.confirm(item, result);
    if (item.slot !== result.dialogId && this.current !== result.dialogId && this.#inSight(item))
      this.#setCurrent(result.dialogId);
    if (!known) this.#readListSoon(UNKNOWN_DELAY_MS);
    if (timeline.hole) this.#connection.resume();
  }

  #inSight(item: OutgoingItem): boolean {
    return item.slot === this.current || this.current === null || this.summary?.status !== 'open';
  }

  #onEvent(event: DialogEvent): void {
    this.#learn(event);
    if (!this.list.apply(event)) this.#readListSoon(UNKNOWN_DELAY_MS);
    if (event.type === 'message.posted') {
      const { author, clientMessageId, messageId } = event.payload;
      if (author !== 'contact') this.#receipts.delivered(event.dialogId, event.seq);
      if (clientMessageId) this.#queue.settle(clientMessageId, { dialogId: event.dialogId, messageId, seq: event.seq });
    }
    this.#changed();
  }

  #learn(event: DialogEvent): void {
    if (event.type !== 'hidden' && event.actor?.name) this.#names.set(event.actor.id, event.actor.name);
  }

  /** One reading at a time and not more often than every few seconds, but for a dialog that is not in the list. */
  #readListSoon(ms = LIST_DELAY_MS): void {
    if (ms === UNKNOWN_DELAY_MS) clearTimeout(this.#listTimer);
    else if (this.#listTimer !== undefined) return;
    const pause = ms === UNKNOWN_DELAY_MS ? 0 : this.#listReadAt + LIST_PAUSE_MS - Date.now();
    this.#listTimer = setTimeout(() => void this.#readList(), Math.max(ms, pause));
  }

  async #readList(): Promise<void> {
    clearTimeout(this.#listTimer);
    this.#listTimer = undefined;
    this.#listReadAt = Date.now();
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
    clearTimeout(this.#bannerTimer);
    if (state === 'online') {
      this.banner = null;
      this.#queue.kick();
    } else if (this.banner !== null) this.banner = state;
    else {
      this.#bannerTimer = setTimeout(() => {
        this.banner = this.#connection.state === 'online' && systemEnv.online() ? null : state;
        this.#changed();
      }, BANNER_DELAY_MS);
    }
    this.#changed();
  }

  #call(call: PageCall): void {
    const request = toRequest(call, new Date().toISOString());
    if (request) this.#run(request);
  }

  /** What the page says goes out one after the other; what may pass is tried again a few times. */
  #run(request: PageRequest): void {
    this.#calls = this.#calls.then(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const result = await request(this.#api);
          if (result) this.#session.adopt(result.token, result.contactId);
          return;
        } catch (error) {
          // ApiError: a refused call (wrong signature, bad values) is the page's to mend; the others are tried again
          const problem = toApiProblem(error);
          if (!isRetryableProblem(problem) || attempt === CALL_TRIES) return;
          await new Promise((resolve) => setTimeout(resolve, Math.max(1_000 * attempt, problem.retryAfterMs ?? 0)));
        }
      }
    });
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

  /** The page keeps what is not sent yet: a frame of another site may have no storage. */
  #storage(stored: Readonly<Record<string, string>>): KeyValueStorage {
    return {
      entries: (prefix) => Object.entries(stored).filter(([key]) => key.startsWith(prefix)),
      set: (k, v) => this.#post({ t: 'store', k, v }),
      remove: (k) => this.#post({ t: 'store', k, v: null }),
    };
  }

  #changed(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    // the first change shows at once, a burst (hundreds of events after a cut) every few frames
    const draw = (): void => {
      this.#notifying = false;
      this.#drawnAt = Date.now();
      const bubble = bubbleState(this);
      const text = JSON.stringify(bubble);
      if (text !== this.#lastBubble) this.#post({ t: 'bubble', bubble });
      this.#lastBubble = text;
      for (const listener of this.#listeners) listener();
    };
    if (Date.now() - this.#drawnAt > DRAW_MS) queueMicrotask(draw);
    else setTimeout(draw, DRAW_MS);
  }
}
