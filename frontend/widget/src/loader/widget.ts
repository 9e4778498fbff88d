import type { BubbleState, PageCall, ToPage } from '../shared/protocol.js';
import { createBubble, type Bubble } from './bubble.js';
import { createFrame, type Frame } from './frame.js';
import { watchPage, type PageWatch } from './page.js';
import { pageStore, type PageStore } from './storage.js';

/** At this width and below the conversation takes the whole screen. */
const FULL_SCREEN = '(max-width: 480px)';
const IDLE_LIMIT_MS = 2_000;
const HIDDEN = 'hidden';

/** What the script API does. */
export interface Widget {
  open(): void;
  close(): void;
  removeChat(): void;
  /** The person on this browser is another one from now on. */
  logout(): void;
  onReady(run: () => void): void;
  call(call: PageCall): void;
}

/** Where the widget comes from and whose it is. */
export interface WidgetConfig {
  /** Address of our server, ending with a slash. */
  readonly base: string;
  readonly siteId: string;
  /** Language asked for by the snippet; empty = the page's. */
  readonly language: string;
  /** A page of our own: not "seen on the site". */
  readonly own: boolean;
}

class PageWidget implements Widget {
  readonly #config: WidgetConfig;
  readonly #store: PageStore;
  readonly #bubble: Bubble;
  readonly #page: PageWatch;
  readonly #narrow = matchMedia(FULL_SCREEN);
  #frame: Frame | null = null;
  #state: BubbleState | null = null;
  #open = false;
  #gone = false;
  #inserted = false;
  /** What had the focus before the panel. */
  #before: Element | null = null;
  #waiting: PageCall[] = [];
  #onReady: (() => void)[] = [];

  constructor(config: WidgetConfig) {
    this.#config = config;
    this.#store = pageStore(config.siteId, () => this.#frame?.reload());
    this.#bubble = createBubble(
      { onOpen: () => this.open(), onHide: (id) => this.#store.set(HIDDEN, id) },
      this.#store.all().stored[HIDDEN],
    );
    this.#page = watchPage((page) => {
      this.#bubble.attach();
      this.#frame?.send({ t: 'page', page, lang: this.#lang() });
    });
    addEventListener('keydown', this.#onKey);
    this.#narrow.addEventListener('change', this.#fit);
    for (const type of ['resize', 'scroll'] as const) window.visualViewport?.addEventListener(type, this.#fit);
    whenIdle(() => this.#insert());
  }

  open(): void {
    if (this.#gone || this.#open) return;
    this.#open = true;
    this.#insert();
    if (this.#state) this.#reveal();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const frame = this.#frame;
    frame?.element.classList.remove('open');
    frame?.element.setAttribute('aria-hidden', 'true');
    frame?.send({ t: 'close' });
    this.#bubble.setOpen(false);
    this.#fit();
    // a launcher that is hidden takes no focus: then it goes back to where it was
    const next = this.#state?.visible ? this.#bubble.launcher : (this.#before as HTMLElement | null);
    next?.focus?.({ preventScroll: true });
  }

  removeChat(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#open = false;
    this.#page.setUnread(0);
    this.#page.stop();
    removeEventListener('keydown', this.#onKey);
    this.#narrow.removeEventListener('change', this.#fit);
    for (const type of ['resize', 'scroll'] as const) window.visualViewport?.removeEventListener(type, this.#fit);
    this.#frame?.remove();
    this.#bubble.remove();
  }

  logout(): void {
    if (this.#gone) return;
    this.close();
    // with the document go its socket and all it knew
    this.#frame?.remove();
    this.#frame = this.#state = null;
    this.#waiting = [];
    this.#store.clear();
    this.#inserted = false;
    this.#insert();
  }

  onReady(run: () => void): void {
    if (this.#state) run();
    else this.#onReady.push(run);
  }

  call(call: PageCall): void {
    if (this.#state) this.#frame?.send({ t: 'call', call });
    else if (!this.#gone) this.#waiting.push(call);
  }

  #insert(): void {
    if (this.#inserted || this.#gone) return;
    this.#inserted = true;
    this.#bubble.attach();
    this.#store.turn(() => this.#begin());
  }

  #begin(): void {
    if (this.#frame || this.#gone) return;
    this.#frame = createFrame({
      parent: this.#bubble.box,
      src: `${this.#config.base}widget/panel?site=${encodeURIComponent(this.#config.siteId)}`,
      init: () => ({
        beseda: 1,
        ...this.#store.all(),
        page: this.#page.info(),
        device: {
          language: navigator.language,
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          screen: `${screen.width}x${screen.height}`,
        },
        lang: this.#lang(),
        own: this.#config.own,
      }),
      onMessage: (message) => this.#onMessage(message),
      onLoaded: () => this.#state && this.#open && this.#reveal(),
    });
    this.#frame.element.setAttribute('aria-hidden', 'true');
    this.#fit();
  }

  #onMessage(message: ToPage): void {
    switch (message.t) {
      case 'bubble':
        return this.#show(message.bubble);
      case 'picture':
        return this.#bubble.picture(message.url, message.image);
      case 'close':
        return this.close();
      case 'store':
        return this.#store.set(message.k, message.v);
      case 'gone':
        return this.removeChat();
    }
  }

  #show(bubble: BubbleState): void {
    const first = !this.#state;
    this.#state = bubble;
    this.#bubble.show(bubble);
    this.#page.setUnread(bubble.unread);
    if (this.#frame) this.#frame.element.title = bubble.names.frame;
    if (!first) return;
    for (const call of this.#waiting.splice(0)) this.call(call);
    if (this.#open) this.#reveal();
    for (const run of this.#onReady.splice(0)) run();
  }

  #reveal(): void {
    const frame = this.#frame;
    if (!frame) return;
    this.#before = document.activeElement;
    this.#bubble.setOpen(true);
    this.#fit();
    frame.element.classList.add('open');
    frame.element.removeAttribute('aria-hidden');
    frame.element.focus({ preventScroll: true });
    frame.send({ t: 'open' });
  }

  /** Full screen on phones, and there only what the on-screen keyboard leaves free. */
  readonly #fit = (): void => {
    const element = this.#frame?.element;
    if (!element) return;
    const full = this.#narrow.matches;
    const viewport = window.visualViewport;
    // a zoomed page is smaller too: only the keyboard changes the height at scale 1
    const squeezed = full && this.#open && viewport && viewport.scale === 1 && viewport.height < innerHeight - 80;
    element.classList.toggle('full', full);
    element.style.height = squeezed ? `${viewport.height}px` : '';
    element.style.top = squeezed ? `${viewport.offsetTop}px` : '';
    this.#frame?.send({ t: 'view', insets: full && !squeezed ? this.#bubble.insets() : [0, 0] });
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.defaultPrevented) this.close();
  };

  #lang(): string {
    return this.#config.language || document.documentElement.lang;
  }
}

/** Starts the widget on this page. */
export function startWidget(config: WidgetConfig): Widget {
  return new PageWidget(config);
}

/** The page comes first: nothing is loaded before it has been parsed and has nothing to do. */
function whenIdle(run: () => void): void {
  const idle = (): void => {
    if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: IDLE_LIMIT_MS });
    else setTimeout(run, 200);
  };
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', idle, { once: true });
  else idle();
}
