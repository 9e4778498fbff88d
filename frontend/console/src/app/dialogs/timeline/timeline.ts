import {
  Component,
  DestroyRef,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Problems } from '../../core/problems.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { Names } from '../../ui/names.js';
import { type EventsBlock } from '../blocks.js';
import { DialogStore } from '../dialog.store.js';
import { EventLine } from './event-line.js';
import { MessageGroup } from './message-group.js';
import { MessageText } from './message-text.js';

/** So close to the end counts as being at the end, px. */
const AT_END = 48;
const LOAD_OLDER_AT = 600;

/**
 * The conversation. The scroll box runs from the bottom up (column-reverse): it stays at the end by itself, and older messages that
 * load above never move what is being read. All messages are in the document; `content-visibility` keeps thousands of them cheap.
 */
@Component({
  selector: 'bsd-timeline',
  imports: [EventLine, Icon, MessageGroup, MessageText],
  templateUrl: './timeline.html',
  host: {
    '(dragover)': 'dragOver($event)',
    '(dragleave)': 'dragging.set(false)',
    '(drop)': 'drop($event)',
  },
})
export class Timeline {
  readonly #injector = inject(Injector);
  protected readonly store = inject(DialogStore);
  protected readonly formats = inject(Formats);
  protected readonly names = inject(Names);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly dropped = output<FileList | null>();

  private readonly boxView = viewChild.required<ElementRef<HTMLElement>>('box');
  protected readonly dragging = signal(false);
  protected readonly atEnd = signal(true);
  /** Folds that are open, by block key. */
  protected readonly unfolded = signal<ReadonlySet<string>>(new Set());
  readonly #seenCount = signal(0);
  protected readonly newBelow = computed(() => (this.atEnd() ? 0 : Math.max(0, this.#incoming() - this.#seenCount())));
  readonly #incoming = computed(
    () => this.store.items().filter((item) => item.kind === 'message' && item.author === 'contact').length,
  );
  #anchor: { readonly element: Element; readonly top: number } | null = null;
  #lastKey = '';

  constructor() {
    effect(() => {
      const items = this.store.items();
      const last = items.at(-1)?.key ?? '';
      const grew = last !== this.#lastKey;
      this.#lastKey = last;
      if (this.atEnd()) {
        this.#seenCount.set(this.#incoming());
        this.store.seen();
      } else if (grew) this.#holdPlace();
    });
    const visible = (): void => {
      if (document.visibilityState === 'visible' && this.atEnd()) this.store.seen();
    };
    document.addEventListener('visibilitychange', visible);
    inject(DestroyRef).onDestroy(() => document.removeEventListener('visibilitychange', visible));
  }

  focus(): void {
    this.boxView().nativeElement.focus();
  }

  /** To the newest message. */
  toEnd(): void {
    this.boxView().nativeElement.scrollTop = 0;
    this.atEnd.set(true);
    afterNextRender(() => (this.boxView().nativeElement.scrollTop = 0), { injector: this.#injector });
  }

  protected scrolled(): void {
    const box = this.boxView().nativeElement;
    // in a reversed box scrollTop is 0 at the end and negative above it
    const fromEnd = -box.scrollTop;
    const fromTop = box.scrollHeight - box.clientHeight - fromEnd;
    this.atEnd.set(fromEnd <= AT_END);
    if (this.atEnd()) {
      this.#seenCount.set(this.#incoming());
      this.store.seen();
    }
    if (fromTop < LOAD_OLDER_AT && this.store.hasOlder() && !this.store.olderProblem()) void this.store.older();
  }

  protected key(event: KeyboardEvent): void {
    const box = this.boxView().nativeElement;
    if (event.key === 'End') this.toEnd();
    else if (event.key === 'Home') box.scrollTop = box.clientHeight - box.scrollHeight;
    else return;
    event.preventDefault();
  }

  protected toggle(block: EventsBlock): void {
    this.unfolded.update((keys) => {
      const next = new Set(keys);
      if (!next.delete(block.key)) next.add(block.key);
      return next;
    });
  }

  protected dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.dragging.set(true);
  }

  protected drop(event: DragEvent): void {
    event.preventDefault();
    this.dragging.set(false);
    this.dropped.emit(event.dataTransfer?.files ?? null);
  }

  /** What is being read stays where it is when something is added below: its place is measured before and after. */
  #holdPlace(): void {
    const box = this.boxView().nativeElement;
    const top = box.getBoundingClientRect().top;
    const element = [...box.querySelectorAll('[data-block]')].find((el) => el.getBoundingClientRect().bottom > top);
    if (!element) return;
    this.#anchor = { element, top: element.getBoundingClientRect().top };
    afterNextRender(
      () => {
        const anchor = this.#anchor;
        if (!anchor?.element.isConnected) return;
        this.#anchor = null;
        const moved = anchor.element.getBoundingClientRect().top - anchor.top;
        if (Math.abs(moved) > 1) box.scrollTop += moved;
      },
      { injector: this.#injector },
    );
  }
}
