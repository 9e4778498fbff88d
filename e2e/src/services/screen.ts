import { type Socket, io } from 'socket.io-client';
import type { EventJson, Operator } from '../support/api.js';

/**
 * What an operator would see: dialogs kept up to date by the socket alone, with the rules every client follows. An event
 * that follows on the last one is shown, an older one is dropped, a hole is asked for.
 */
export class Screen {
  readonly dialogs = new Map<string, EventJson[]>();
  readonly #socket: Socket;
  #asking = false;

  constructor(operator: Operator) {
    this.#socket = io(`${operator.url}/operator`, {
      transports: ['websocket'],
      auth: { token: operator.token },
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
    });
    this.#socket.on('connect', () => this.resume());
    this.#socket.on('resync', () => this.resume());
    this.#socket.on('dialog.event', (event: EventJson) => this.#show(event));
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** Opens a dialog from its beginning. */
  open(dialogId: string): void {
    if (this.dialogs.has(dialogId)) return;
    this.dialogs.set(dialogId, []);
    this.resume();
  }

  /** Asks for what it may have missed. */
  resume(): void {
    if (this.#asking || this.dialogs.size === 0) return;
    this.#asking = true;
    const known = Object.fromEntries([...this.dialogs].map(([id, events]) => [id, events.length]));
    this.#socket.timeout(6_000).emit('resume', { dialogs: known }, () => {
      this.#asking = false;
    });
  }

  close(): void {
    this.#socket.disconnect();
  }

  #show(event: EventJson): void {
    const shown = this.dialogs.get(event.dialogId);
    if (!shown || event.seq <= shown.length) return;
    if (event.seq === shown.length + 1) shown.push(event);
    else this.resume();
  }
}
