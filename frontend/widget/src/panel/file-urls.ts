import type { MessageFile } from '@beseda/realtime';

/** Signed addresses are good for ten minutes: two are kept in hand. */
const FRESH_MS = 8 * 60_000;

/** Addresses of files, renewed when they get old. */
export class FileUrls {
  readonly #renewed = new Map<string, { url: string; at: number }>();
  readonly #asking = new Map<string, Promise<string>>();
  readonly #ask: (dialogId: string, fileId: string) => Promise<{ url: string }>;
  readonly #onChange: () => void;

  constructor(ask: (dialogId: string, fileId: string) => Promise<{ url: string }>, onChange: () => void) {
    this.#ask = ask;
    this.#onChange = onChange;
  }

  /** The address to show and whether it is still good; `receivedAt` is when the event came. */
  current(file: MessageFile, receivedAt: number): { url: string; fresh: boolean } {
    const { url, at } = this.#renewed.get(file.id) ?? { url: file.url, at: receivedAt };
    return { url, fresh: Date.now() - at < FRESH_MS };
  }

  /** Gets a new address; rejects with ApiError. */
  async renew(dialogId: string, file: MessageFile): Promise<string> {
    const running = this.#asking.get(file.id);
    if (running) return await running;
    const asked = this.#ask(dialogId, file.id)
      .then(({ url }) => {
        this.#renewed.set(file.id, { url, at: Date.now() });
        this.#onChange();
        return url;
      })
      .finally(() => this.#asking.delete(file.id));
    this.#asking.set(file.id, asked);
    return await asked;
  }
}
