import { Injectable } from '@angular/core';
import { type SignOutReason } from './auth.js';

/** What tabs of one browser tell each other. */
export type TabMessage =
  { readonly kind: 'token'; readonly grant: unknown } | { readonly kind: 'signed-out'; readonly reason: SignOutReason };

/** Connects the tabs of this browser: messages and turns. */
@Injectable({ providedIn: 'root' })
export class TabChannel {
  readonly #channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('beseda-auth') : null;

  send(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  listen(hear: (message: TabMessage) => void): void {
    this.#channel?.addEventListener('message', (event: MessageEvent<TabMessage>) => hear(event.data));
  }

  /** Runs `work` while no other tab runs work of this name. Without Web Locks (pages without TLS) it runs at once. */
  async exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
    return locks ? ((await locks.request(name, work)) as T) : await work();
  }
}
