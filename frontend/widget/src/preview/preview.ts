import { createBubble } from '../loader/bubble.js';
import { createFrame, type Frame } from '../loader/frame.js';
import type { BubbleState, InitMessage, PreviewLook, ToPage } from '../shared/protocol.js';

/** What the console posts: what the form holds now. */
interface PreviewMessage extends PreviewLook {
  readonly beseda: 'preview';
  readonly state?: 'open' | 'collapsed';
}

/**
 * The real bubble and the real panel with the settings the console posts: no session, no socket, nothing stored.
 * Only the document that holds this one, of the same origin, is listened to.
 */
class Preview {
  readonly #bubble = createBubble({ onOpen: () => this.#byHand(true), onHide: () => undefined });
  #frame: Frame | null = null;
  #look: PreviewLook = { settings: {} };
  #bubbleState: BubbleState | null = null;
  #open = false;
  /** What the panel knows of it. */
  #told: boolean | null = null;

  constructor() {
    this.#bubble.attach();
    window.addEventListener('message', (event: MessageEvent<Partial<PreviewMessage> | null>) => {
      if (event.origin !== location.origin || event.source !== window.parent || event.data?.beseda !== 'preview')
        return;
      this.#take(event.data as PreviewMessage);
    });
    document.addEventListener('keydown', (event) => event.key === 'Escape' && this.#open && this.#byHand(false));
    this.#tell({ type: 'ready' });
  }

  #take({ settings, language, theme, state }: PreviewMessage): void {
    this.#look = { settings, ...(language ? { language } : {}), ...(theme ? { theme } : {}) };
    if (state) this.#open = state === 'open';
    if (this.#frame) this.#frame.send({ t: 'preview', preview: this.#look });
    else this.#insert();
    this.#draw();
  }

  #insert(): void {
    this.#frame = createFrame({
      parent: this.#bubble.box,
      src: new URL(`panel${location.search}`, location.href).href,
      init: () => this.#init(),
      onMessage: (message) => this.#onMessage(message),
      onLoaded: () => {
        this.#told = null;
        this.#draw();
      },
    });
  }

  #init(): InitMessage {
    return {
      beseda: 1,
      token: null,
      stored: {},
      page: { url: '', title: '', referrer: '' },
      device: { language: navigator.language, screen: '' },
      lang: '',
      preview: this.#look,
    };
  }

  #onMessage(message: ToPage): void {
    switch (message.t) {
      case 'bubble': {
        const first = !this.#bubbleState;
        // a chat that shows itself only later has to be seen here too
        this.#bubbleState = { ...message.bubble, visible: true };
        this.#bubble.show(this.#bubbleState);
        if (this.#frame) this.#frame.element.title = message.bubble.names.frame;
        return first ? this.#draw() : undefined;
      }
      case 'picture':
        return this.#bubble.picture(message.url, message.image);
      case 'close':
        return this.#byHand(false);
      case 'store':
      case 'gone':
        return;
    }
  }

  #byHand(open: boolean): void {
    this.#open = open;
    this.#draw();
    if (open) this.#frame?.element.focus({ preventScroll: true });
    else this.#bubble.launcher.focus({ preventScroll: true });
    this.#tell({ type: 'state', state: open ? 'open' : 'collapsed' });
  }

  #draw(): void {
    const open = this.#open && this.#bubbleState !== null;
    this.#bubble.setOpen(open);
    this.#frame?.element.classList.toggle('open', open);
    this.#frame?.element.toggleAttribute('inert', !open);
    if (open !== this.#told) this.#frame?.send({ t: open ? 'open' : 'close' });
    this.#told = open;
  }

  #tell(message: { type: 'ready' } | { type: 'state'; state: 'open' | 'collapsed' }): void {
    if (window.parent !== window) window.parent.postMessage({ beseda: 'preview', ...message }, location.origin);
  }
}

new Preview();
