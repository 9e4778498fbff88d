import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import {
  RealtimeConnection,
  SendQueue,
  socketIoFactory,
  watchWakeUps,
  type ConnectionState,
  type DialogEvent,
  type DialogTimeline,
  type Notice,
  type OutgoingItem,
  type OutgoingSavedFile,
  type SendResult,
} from '@beseda/realtime';
import { Subject } from 'rxjs';
import { Api } from './api.js';
import { Auth } from './auth.js';
import { queueStorage } from './storage.js';

/** The connection and the send queue of the present site. */
@Injectable({ providedIn: 'root' })
export class Live {
  readonly #api = inject(Api);
  readonly #auth = inject(Auth);
  readonly #state = signal<ConnectionState>('connecting');
  readonly #downSince = signal<number | null>(null);
  readonly #failed = signal<ReadonlySet<string>>(new Set());
  readonly #timelines = new Map<string, DialogTimeline>();
  #siteId: string | null = null;
  #connection: RealtimeConnection | null = null;
  #queue: SendQueue | null = null;

  readonly state = this.#state.asReadonly();
  /** When the connection was lost, in milliseconds; null while there is one. */
  readonly downSince = this.#downSince.asReadonly();
  /** Dialogs with something of ours that was not sent. */
  readonly failed = this.#failed.asReadonly();
  /** Every new event of the site, in order per dialog. */
  readonly events = new Subject<DialogEvent>();
  /** A dialog of the site has changed. */
  readonly changes = new Subject<{ readonly dialogId: string; readonly seq?: number }>();
  /** Settings or somebody's presence have changed; those missed without a connection are not repeated. */
  readonly notices = new Subject<Notice>();
  /** Lists may have missed something. */
  readonly refreshes = new Subject<void>();

  constructor() {
    const stop = watchWakeUps(
      window,
      () => this.wake(),
      () => this.#connection?.wake(),
    );
    inject(DestroyRef).onDestroy(() => {
      stop();
      this.leave();
    });
  }

  /** Connects to a site; the same one again changes nothing. */
  enter(siteId: string, operatorId: string): void {
    if (this.#siteId === siteId) return;
    this.leave();
    this.#siteId = siteId;
    this.#queue = new SendQueue({
      send: (item, signal) => this.#send(siteId, item, signal),
      onChange: (slot) => this.#outgoing(slot),
      onSent: (item, result) => {
        const timeline = this.#timelines.get(result.dialogId);
        timeline?.confirm(item, result);
        if (timeline?.hole) this.#connection?.resume();
      },
      storage: { store: queueStorage, prefix: `beseda:q:${operatorId}:${siteId}:` },
    });
    this.#connection = new RealtimeConnection({
      createSocket: socketIoFactory({
        url: '',
        namespace: '/operator',
        auth: { siteId },
        notices: ['settings.changed', 'presence'],
      }),
      token: (refresh) => this.#auth.token(refresh),
      poll: (dialogs) => this.#api.request('POST', `/api/sites/${siteId}/resume`, { dialogs }),
      onEvent: (event, fresh) => this.#heard(event, fresh),
      onDialogChanged: (change) => {
        if (change.siteId === undefined || change.siteId === siteId) this.changes.next(change);
      },
      onNotice: (notice) => this.notices.next(notice),
      onState: (state) => this.#changeState(state),
      onRefresh: () => this.refreshes.next(),
      onEnded: () => this.#auth.end('ended'),
    });
    this.#changeState('connecting');
    this.#connection.start();
    this.#queue.restore();
  }

  leave(): void {
    this.#connection?.stop();
    this.#queue?.stop();
    this.#connection = null;
    this.#queue = null;
    this.#siteId = null;
    this.#timelines.clear();
    this.#failed.set(new Set());
  }

  /** Keeps this timeline complete and shows in it what waits to be sent. */
  open(timeline: DialogTimeline): void {
    this.#timelines.set(timeline.dialogId, timeline);
    timeline.setOutgoing(this.#queue?.items(timeline.dialogId) ?? []);
    this.#connection?.open(timeline);
  }

  close(timeline: DialogTimeline): void {
    if (this.#timelines.get(timeline.dialogId) !== timeline) return;
    this.#timelines.delete(timeline.dialogId);
    this.#connection?.close(timeline.dialogId);
  }

  sendText(dialogId: string, text: string): void {
    this.#queue?.enqueue({ slot: dialogId, text });
  }

  sendFile(dialogId: string, file: File): void {
    this.#queue?.enqueue({ slot: dialogId, file: { name: file.name, type: file.type, size: file.size, blob: file } });
  }

  /** A file of a saved reply: it takes its turn behind what was written before. */
  sendSavedFile(dialogId: string, savedFile: OutgoingSavedFile): void {
    this.#queue?.enqueue({ slot: dialogId, savedFile });
  }

  retry(clientMessageId: string): void {
    this.#queue?.retry(clientMessageId);
  }

  remove(clientMessageId: string): void {
    this.#queue?.remove(clientMessageId);
  }

  /** The page is looked at again or the network came back. */
  wake(): void {
    this.#connection?.wake();
    this.#queue?.kick();
  }

  #outgoing(slot: string): void {
    const items = this.#queue?.items(slot) ?? [];
    this.#timelines.get(slot)?.setOutgoing(items);
    const failed = items.some((item) => item.state === 'failed');
    if (failed === this.#failed().has(slot)) return;
    this.#failed.update((slots) => {
      const next = new Set(slots);
      if (failed) next.add(slot);
      else next.delete(slot);
      return next;
    });
  }

  #heard(event: DialogEvent, fresh: boolean): void {
    if (event.type === 'message.posted' || event.type === 'note.added') {
      const { clientMessageId } = event.payload;
      const messageId = 'messageId' in event.payload ? event.payload.messageId : event.payload.noteId;
      if (clientMessageId)
        this.#queue?.settle(clientMessageId, { dialogId: event.dialogId, messageId, seq: event.seq });
    }
    if (fresh) this.events.next(event);
  }

  #changeState(state: ConnectionState): void {
    this.#state.set(state);
    const up = state === 'online' || state === 'polling';
    this.#downSince.update((since) => (up ? null : (since ?? Date.now())));
    if (up) this.#queue?.kick();
  }

  async #send(siteId: string, item: OutgoingItem, signal: AbortSignal): Promise<SendResult> {
    const base = `/api/sites/${siteId}/dialogs/${item.slot}`;
    if (item.file) {
      const form = new FormData();
      form.set('clientMessageId', item.clientMessageId);
      form.set('file', item.file.blob, item.file.name);
      const result = await this.#api.request<SendResult>('POST', `${base}/files`, form, { signal, timeoutMs: 60_000 });
      return { ...result, dialogId: item.slot };
    }
    if (item.savedFile) {
      const body = { clientMessageId: item.clientMessageId, fileId: item.savedFile.id };
      const result = await this.#api.request<SendResult>('POST', `${base}/saved-files`, body, { signal });
      return { ...result, dialogId: item.slot };
    }
    const path = item.kind === 'note' ? `${base}/notes` : `${base}/messages`;
    const body = { clientMessageId: item.clientMessageId, text: item.text };
    const result = await this.#api.request<SendResult>('POST', path, body, { signal });
    return { ...result, dialogId: item.slot };
  }
}
