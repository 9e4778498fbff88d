const SIZE_PX = 100;
const PATIENCE_MS = 1_000;

/** Pictures for the launcher: loaded here, where the page's policy does not reach, and handed over as pixels. */
export class Pictures {
  readonly #asked = new Set<string>();
  readonly #send: (url: string, image: ImageBitmap) => void;
  #sent = '';

  constructor(send: (url: string, image: ImageBitmap) => void) {
    this.#send = send;
  }

  /** The address if the page has this picture; else null, and it is fetched. */
  ready(url: string | null): string | null {
    if (url && url !== this.#sent) void this.load(url);
    return url && url === this.#sent ? url : null;
  }

  /** Resolves when the page has it, when it cannot be had, or after a second. */
  async load(url: string): Promise<void> {
    if (this.#asked.has(url)) return;
    this.#asked.add(url);
    await Promise.race([this.#fetch(url), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  }

  async #fetch(url: string): Promise<void> {
    const image = new Image(SIZE_PX, SIZE_PX);
    image.src = url;
    try {
      await image.decode();
      const bitmap = await createImageBitmap(image);
      // several pictures (the site's, then the operator's): the page keeps the last
      this.#asked.delete(this.#sent);
      this.#sent = url;
      this.#send(url, bitmap);
    } catch {
      // EncodingError: not there or no picture; the initials stay
    }
  }
}
