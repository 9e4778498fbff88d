import type { Answer, widgetSentSchema } from '@beseda/api';
import { newClientMessageId, systemEnv, type KeyValueStorage, type RealtimeEnv } from './env.js';
import { isRetryableProblem, toApiProblem, type ApiProblem } from './http.js';

/** Slot of messages whose dialog the server chooses (the first message of a visitor). */
export const NEW_DIALOG = 'new';

/** A file picked by the user; kept in memory only. */
export interface OutgoingFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly blob: Blob;
}

/** A file the server keeps already and only has to put into the dialog. */
export interface OutgoingSavedFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

/** `sending`: a request is on its way; `queued`: waits for the network, for a back-off or behind another; `failed`: see `problem`. */
export type OutgoingState = 'sending' | 'queued' | 'failed';

/** Something the user wrote that the server has not confirmed yet. Objects are replaced, never changed. */
export interface OutgoingItem {
  readonly clientMessageId: string;
  /** Dialog id, or {@link NEW_DIALOG}. */
  readonly slot: string;
  readonly kind: 'message' | 'note';
  readonly text?: string;
  readonly file?: OutgoingFile;
  readonly savedFile?: OutgoingSavedFile;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly state: OutgoingState;
  /** Failed tries that count (rate limits do not). */
  readonly attempts: number;
  readonly problem?: ApiProblem;
}

/** What the server says about a stored message. */
export type SendResult = Answer<typeof widgetSentSchema>;

/** How a {@link SendQueue} works. */
export interface SendQueueOptions {
  /** One request with `item.clientMessageId`; rejects with ApiError. `signal` ends when the item needs no answer any more. */
  send(item: OutgoingItem, signal: AbortSignal): Promise<SendResult>;
  /** Items of this slot changed. */
  onChange?(slot: string): void;
  /** Called once per item, before its slot changes. */
  onSent?(item: OutgoingItem, result: SendResult): void;
  /** Texts survive a reload when given. Keys are `prefix + clientMessageId`, so that several tabs do not overwrite each other. */
  readonly storage?: { readonly store: KeyValueStorage; readonly prefix: string };
  readonly env?: RealtimeEnv;
  /** After this many failed tries an item shows as `failed` while slow retries go on; 5 (about 8 s) unless told. */
  readonly failAfter?: number;
}

/** What {@link SendQueue.enqueue} takes. */
export interface NewOutgoing {
  readonly slot: string;
  readonly kind?: 'message' | 'note';
  readonly text?: string;
  readonly file?: OutgoingFile;
  readonly savedFile?: OutgoingSavedFile;
}

interface Lane {
  /** Changes when a new dialog gets its id. */
  slot: string;
  items: OutgoingItem[];
  /** The request on its way. */
  flight: { id: string; abort: AbortController } | null;
  timer: unknown;
}

const FIRST_DELAY_MS = 500;
/** The socket tells when the server is back; this is for servers that answer the socket but not the send. */
const MAX_DELAY_MS = 8_000;
const RATE_LIMIT_DELAY_MS = 2_000;

/**
 * Sends what the user writes: one request in flight per dialog, in the order of writing, with the same id on every try.
 *
 * Errors that may pass (no answer, 5xx, 429, `ABORTED`) are retried for ever with a growing delay; the item stands in the way of
 * its successors so that order holds, and shows as `failed` after a few tries. Permanent errors (other 4xx) fail the item and let
 * the next ones go. `retry` really sends again.
 */
export class SendQueue {
  readonly #lanes = new Map<string, Lane>();
  readonly #options: SendQueueOptions;
  readonly #env: RealtimeEnv;
  #stopped = false;

  constructor(options: SendQueueOptions) {
    this.#options = options;
    this.#env = options.env ?? systemEnv;
  }

  /** Reads back what an earlier page did not get sent and sends it. Call once, after the listeners are in place. */
  restore(): void {
    const storage = this.#options.storage;
    if (!storage) return;
    const found: OutgoingItem[] = [];
    for (const [key, value] of storage.store.entries(storage.prefix)) {
      const item = readStored(value);
      if (item && !this.#find(item.clientMessageId)) found.push(item);
      else if (!item) storage.store.remove(key);
    }
    for (const item of found.sort((a, b) => a.createdAt - b.createdAt)) this.#lane(item.slot).items.push(item);
    for (const slot of new Set(found.map((item) => item.slot))) {
      this.#changed(slot);
      this.#pump(slot);
    }
  }

  /** Takes a new message; it goes out as soon as its predecessors are answered. */
  enqueue(input: NewOutgoing): OutgoingItem {
    const lane = this.#lane(input.slot);
    const last = lane.items.at(-1);
    const item: OutgoingItem = {
      clientMessageId: newClientMessageId(),
      slot: input.slot,
      kind: input.kind ?? 'message',
      ...(input.text === undefined ? {} : { text: input.text }),
      ...(input.file === undefined ? {} : { file: input.file }),
      ...(input.savedFile === undefined ? {} : { savedFile: input.savedFile }),
      // a clock set back must not change the order after a reload
      createdAt: Math.max(this.#env.now(), (last?.createdAt ?? 0) + 1),
      state: 'queued',
      attempts: 0,
    };
    lane.items.push(item);
    this.#persist(item);
    if (lane.items.some((other) => other.state === 'failed')) this.#clearTimer(lane);
    this.#changed(input.slot);
    this.#pump(input.slot);
    return this.#find(item.clientMessageId) ?? item;
  }

  /** What is not confirmed yet, in order of writing; of one slot or of all. */
  items(slot?: string): readonly OutgoingItem[] {
    if (slot !== undefined) return this.#lanes.get(slot)?.items ?? [];
    return [...this.#lanes.values()].flatMap((lane) => lane.items);
  }

  /** Sends a failed item again, now. */
  retry(clientMessageId: string): void {
    const item = this.#find(clientMessageId);
    const lane = item && this.#lanes.get(item.slot);
    if (!item || !lane || lane.flight?.id === clientMessageId) return;
    this.#replace({ ...withoutProblem(item), state: 'queued', attempts: 0 });
    this.#clearTimer(lane);
    this.#changed(item.slot);
    this.#pump(item.slot);
  }

  /** Drops an item that is not on its way. */
  remove(clientMessageId: string): void {
    const item = this.#find(clientMessageId);
    if (!item || this.#lanes.get(item.slot)?.flight?.id === clientMessageId) return;
    this.#drop(item);
    this.#changed(item.slot);
    this.#pump(item.slot);
  }

  /** The event of this message was seen: it is stored, whatever became of the answer. */
  settle(clientMessageId: string, result: SendResult): void {
    const item = this.#find(clientMessageId);
    const lane = item && this.#lanes.get(item.slot);
    if (!item || !lane) return;
    this.#clearTimer(lane);
    if (lane.flight?.id === clientMessageId) {
      lane.flight.abort.abort();
      lane.flight = null;
    }
    this.#sent(item, result);
  }

  /**
   * The dialog of {@link NEW_DIALOG} is known before the answer that would name it (its event came, or a list shows it): what
   * waits for a name goes there, in front of what is written from now on.
   */
  adopt(dialogId: string): void {
    const lane = this.#lanes.get(NEW_DIALOG);
    const target = this.#lanes.get(dialogId);
    if (!lane || lane.items.length === 0) return;
    // two requests would be in flight in one dialog: the answer to the one of the new dialog moves the rest
    if (target && target.items.length > 0 && lane.flight) return;
    this.#move(lane, dialogId);
    this.#changed(NEW_DIALOG);
    this.#changed(dialogId);
    this.#pump(dialogId);
  }

  /** The network or the server came back: try everything that waits, at once. */
  kick(): void {
    for (const [slot, lane] of this.#lanes) {
      this.#clearTimer(lane);
      this.#pump(slot);
    }
  }

  /** Ends timers and requests; stored items stay stored. */
  stop(): void {
    this.#stopped = true;
    for (const lane of this.#lanes.values()) {
      this.#clearTimer(lane);
      lane.flight?.abort.abort();
    }
  }

  #pump(slot: string): void {
    const lane = this.#lanes.get(slot);
    if (!lane || this.#stopped || lane.flight || lane.timer !== undefined) return;
    const next = lane.items.find((item) => !isPermanent(item));
    if (!next) return;
    if (!this.#env.online()) return;
    const item: OutgoingItem = { ...next, state: 'sending' };
    const flight = { id: item.clientMessageId, abort: new AbortController() };
    lane.flight = flight;
    this.#replace(item);
    this.#changed(slot);
    this.#options.send(item, flight.abort.signal).then(
      (result) => {
        if (lane.flight !== flight) return;
        lane.flight = null;
        this.#sent({ ...item, slot: lane.slot }, result);
      },
      (error: unknown) => {
        if (lane.flight !== flight || this.#stopped) return;
        lane.flight = null;
        this.#failed(lane, { ...item, slot: lane.slot }, toApiProblem(error));
      },
    );
  }

  #sent(item: OutgoingItem, result: SendResult): void {
    this.#options.onSent?.(item, result);
    this.#drop(item);
    // what was written before the server named the dialog follows its predecessor
    const unnamed = item.slot === NEW_DIALOG ? this.#lanes.get(NEW_DIALOG) : undefined;
    if (unnamed) this.#move(unnamed, result.dialogId);
    this.#changed(item.slot);
    this.#pump(item.slot);
    if (item.slot === NEW_DIALOG) {
      this.#changed(result.dialogId);
      this.#pump(result.dialogId);
    }
  }

  #failed(lane: Lane, item: OutgoingItem, problem: ApiProblem): void {
    const limited = problem.status === 429;
    const retryable = isRetryableProblem(problem);
    const attempts = limited ? item.attempts : item.attempts + 1;
    const shown = !retryable || attempts >= (this.#options.failAfter ?? 5);
    const next: OutgoingItem = { ...item, attempts, problem, state: shown ? 'failed' : 'queued' };
    this.#replace(next);
    if (!retryable) this.#persist(next);
    else {
      const wait = limited ? (problem.retryAfterMs ?? RATE_LIMIT_DELAY_MS) : FIRST_DELAY_MS * 2 ** (attempts - 1);
      lane.timer = this.#env.setTimeout(
        () => {
          lane.timer = undefined;
          this.#pump(lane.slot);
        },
        Math.max(problem.retryAfterMs ?? 0, Math.min(wait, MAX_DELAY_MS)) * (1 + this.#env.random() / 4),
      );
    }
    this.#changed(item.slot);
    this.#pump(item.slot);
  }

  #move(lane: Lane, to: string): void {
    this.#lanes.delete(lane.slot);
    const target = this.#lanes.get(to);
    const moved = lane.items.map((item) => ({ ...item, slot: to }));
    if (target && target.items.length > 0) {
      this.#clearTimer(lane);
      target.items.push(...moved);
    } else {
      lane.slot = to;
      lane.items = moved;
      this.#lanes.set(to, lane);
    }
    for (const item of moved) this.#persist(item);
  }

  #lane(slot: string): Lane {
    let lane = this.#lanes.get(slot);
    if (!lane) this.#lanes.set(slot, (lane = { slot, items: [], flight: null, timer: undefined }));
    return lane;
  }

  #find(clientMessageId: string): OutgoingItem | undefined {
    return this.items().find((item) => item.clientMessageId === clientMessageId);
  }

  #replace(item: OutgoingItem): void {
    const lane = this.#lane(item.slot);
    lane.items = lane.items.map((other) => (other.clientMessageId === item.clientMessageId ? item : other));
  }

  #drop(item: OutgoingItem): void {
    const lane = this.#lane(item.slot);
    lane.items = lane.items.filter((other) => other.clientMessageId !== item.clientMessageId);
    const storage = this.#options.storage;
    storage?.store.remove(storage.prefix + item.clientMessageId);
  }

  #clearTimer(lane: Lane): void {
    if (lane.timer !== undefined) this.#env.clearTimeout(lane.timer);
    lane.timer = undefined;
  }

  #changed(slot: string): void {
    this.#options.onChange?.(slot);
  }

  #persist(item: OutgoingItem): void {
    const storage = this.#options.storage;
    if (!storage || item.file) return;
    const { clientMessageId, slot, kind, text, savedFile, createdAt } = item;
    const failed = isPermanent(item) ? { problem: item.problem } : {};
    storage.store.set(
      storage.prefix + clientMessageId,
      JSON.stringify({ clientMessageId, slot, kind, text, savedFile, createdAt, ...failed }),
    );
  }
}

/** Failed for good: only the user can send it again. */
function isPermanent(item: OutgoingItem): boolean {
  return item.state === 'failed' && item.problem !== undefined && !isRetryableProblem(item.problem);
}

function withoutProblem(item: OutgoingItem): OutgoingItem {
  const { problem: _gone, ...rest } = item;
  return rest;
}

function readStored(value: string): OutgoingItem | null {
  try {
    const stored = JSON.parse(value) as Partial<OutgoingItem>;
    const { clientMessageId, slot, kind, text, savedFile, createdAt, problem } = stored;
    if (!clientMessageId || !slot || typeof createdAt !== 'number') return null;
    if (typeof text !== 'string' && typeof savedFile?.id !== 'string') return null;
    const state = problem ? ('failed' as const) : ('queued' as const);
    return {
      clientMessageId,
      slot,
      kind: kind ?? 'message',
      ...(typeof text === 'string' ? { text } : {}),
      ...(savedFile ? { savedFile } : {}),
      createdAt,
      state,
      attempts: 0,
      ...(problem ? { problem } : {}),
    };
  } catch {
    // SyntaxError: written by something else under our prefix
    return null;
  }
}
