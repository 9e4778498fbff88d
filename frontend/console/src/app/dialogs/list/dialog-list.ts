import { ScrollingModule, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { OverlayModule } from '@angular/cdk/overlay';
import {
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChild,
  Injector,
} from '@angular/core';
import { Live } from '../../core/live.js';
import { type DialogSummary } from '../../core/model.js';
import { Problems } from '../../core/problems.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { Names } from '../../ui/names.js';
import { delayed } from '../../ui/delayed.js';
import { CHANNELS, DEFAULT_FILTER, VIEWS, isNarrow, type ListFilter, type View } from '../filter.js';
import { type HeldRange } from '../list-order.js';
import { ListStore } from '../list.store.js';
import { DialogRow } from './dialog-row.js';
import { ListEmpty } from './list-empty.js';

/** Height of a row, px; the same as --bsd-row. */
const ROW = 72;
const SEARCH_DELAY_MS = 300;
const STATUSES = ['open', 'closed', 'finalized', 'all'] as const;

/** The list of dialogs: views, search, filters and endless rows. */
@Component({
  selector: 'bsd-dialog-list',
  imports: [DialogRow, Icon, ListEmpty, OverlayModule, ScrollingModule],
  templateUrl: './dialog-list.html',
  host: { role: 'region', '[attr.aria-label]': "t('list.label')" },
})
export class DialogList {
  readonly #injector = inject(Injector);
  protected readonly store = inject(ListStore);
  protected readonly names = inject(Names);
  protected readonly problems = inject(Problems);
  protected readonly live = inject(Live);
  readonly #i18n = inject(I18n);
  protected readonly t = this.#i18n.t;
  readonly filter = input.required<ListFilter>();
  readonly openId = input.required<string | null>();
  readonly filterChange = output<ListFilter>();
  readonly opened = output<{ readonly id: string; readonly compose: boolean }>();

  protected readonly views = VIEWS;
  protected readonly channels = CHANNELS;
  protected readonly statuses = STATUSES;
  protected readonly row = ROW;
  protected readonly filtersOpen = signal(false);
  protected readonly query = signal('');
  protected readonly activeId = signal<string | null>(null);
  readonly #hovered = signal(false);
  private readonly viewportView = viewChild(CdkVirtualScrollViewport);
  private readonly searchView = viewChild.required<ElementRef<HTMLInputElement>>('search');
  #typing: ReturnType<typeof setTimeout> | undefined;

  protected readonly rows = this.store.rows;
  protected readonly skeleton = delayed(() => this.store.loading() && !this.store.loaded(), 150);
  protected readonly slow = delayed(() => this.store.loading() && !this.store.loaded(), 8_000);
  protected readonly active = computed(() => this.rows().find((row) => row.id === this.activeId()) ?? null);
  protected readonly countLabel = computed(() =>
    this.t('list.count', { n: this.count(this.filter().view) ?? this.rows().length }),
  );
  protected readonly chips = computed(() => {
    const f = this.filter();
    const chips: { key: 'status' | 'channel' | 'tag' | 'assignee'; label: string }[] = [];
    if (f.status !== 'all') chips.push({ key: 'status', label: this.t(`status.${f.status}`) });
    if (f.channel) chips.push({ key: 'channel', label: this.names.channel(f.channel) });
    if (f.tag) chips.push({ key: 'tag', label: f.tag });
    if (f.assignee) chips.push({ key: 'assignee', label: this.names.operator(f.assignee) });
    return chips;
  });
  protected readonly changed = computed(
    () => isNarrow(this.filter()) || this.filter().status !== DEFAULT_FILTER.status,
  );

  constructor() {
    effect(() => {
      const q = this.filter().q;
      untracked(() => {
        if (q !== this.query().trim()) this.query.set(q);
      });
    });
    effect(() => {
      const open = this.openId();
      if (open) this.activeId.set(open);
    });
    effect(() => {
      this.filter();
      untracked(() => this.viewportView()?.scrollToOffset(0));
    });
    this.store.held = () => this.#held();
    this.store.onAbove = (rows) => this.#keepPlace(rows);
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.#typing);
      this.store.held = () => null;
      this.store.onAbove = () => undefined;
    });
  }

  focus(): void {
    document.getElementById('dialog-list')?.focus();
  }

  focusSearch(): void {
    this.searchView().nativeElement.focus();
    this.searchView().nativeElement.select();
  }

  /** Escape in the search field: first the words go, then the focus. True when the field is the search. */
  leaveSearch(field: HTMLElement): boolean {
    if (field !== this.searchView().nativeElement) return false;
    if (this.query()) this.find('');
    else this.focus();
    return true;
  }

  /** J and K, arrows: the next or previous row becomes current. */
  step(by: number): void {
    const rows = this.rows();
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.id === this.activeId());
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    this.activeId.set(rows[next]?.id ?? null);
    this.#reveal(next);
    if (document.activeElement === document.body) this.focus();
  }

  protected count(view: View): number | undefined {
    return this.store.counts()?.[view];
  }

  protected key(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      Home: -Infinity,
      End: Infinity,
      PageDown: 8,
      PageUp: -8,
    };
    const by = steps[event.key];
    if (by !== undefined) {
      event.preventDefault();
      this.step(Math.max(-this.rows().length, Math.min(this.rows().length, by)));
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const id = this.activeId();
      if (id) this.opened.emit({ id, compose: event.key === 'Enter' });
    }
  }

  /** The list got the focus: a row shows where it is. */
  protected entered(): void {
    if (!this.active()) this.activeId.set(this.rows()[0]?.id ?? null);
  }

  protected tabKey(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = VIEWS[(VIEWS.indexOf(this.filter().view) + by + VIEWS.length) % VIEWS.length] ?? 'all';
    this.set({ view: next });
    document.getElementById(`view-${next}`)?.focus();
  }

  protected open(row: DialogSummary): void {
    this.activeId.set(row.id);
    this.opened.emit({ id: row.id, compose: matchMedia('(min-width: 840px) and (pointer: fine)').matches });
  }

  protected set(part: Partial<ListFilter>): void {
    // a view says itself whose dialogs it shows
    const whose = part.view === undefined ? {} : { assignee: null };
    this.filterChange.emit({ ...this.filter(), ...whose, ...part });
  }

  protected setStatus(value: string): void {
    this.set({ status: STATUSES.find((status) => status === value) ?? DEFAULT_FILTER.status });
  }

  protected dropChip(key: 'status' | 'channel' | 'tag' | 'assignee'): void {
    this.set(key === 'status' ? { status: 'all' } : { [key]: null });
  }

  protected find(q: string): void {
    this.query.set(q);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.set({ q: q.trim() }), q ? SEARCH_DELAY_MS : 0);
  }

  protected reset(): void {
    this.query.set('');
    this.filterChange.emit({ ...DEFAULT_FILTER, view: this.filter().view });
  }

  protected hover(over: boolean): void {
    this.#hovered.set(over);
    if (over) return;
    // the list stood at its top and was moved only to keep the rows in place: now it goes back there
    const offset = this.viewportView()?.measureScrollOffset() ?? 0;
    if (offset <= this.store.newAbove() * ROW + ROW / 2) this.showNew();
  }

  protected showNew(): void {
    this.store.settle();
    this.viewportView()?.scrollToOffset(0);
  }

  protected scrolled(): void {
    const viewport = this.viewportView();
    if (!viewport) return;
    if (viewport.measureScrollOffset('bottom') < ROW * 8 && !this.store.moreProblem()) void this.store.more();
    if (viewport.measureScrollOffset() < 4 && this.store.newAbove() > 0) this.store.settle();
  }

  protected readonly track = (_index: number, row: DialogSummary): string => row.id;

  /** Rows on screen keep their places while the pointer is over them or the list is scrolled down. */
  #held(): HeldRange | null {
    const viewport = this.viewportView();
    if (!viewport) return null;
    const offset = viewport.measureScrollOffset();
    if (!this.#hovered() && offset < ROW) return null;
    const from = Math.floor(offset / ROW);
    return { from, to: Math.ceil((offset + viewport.getViewportSize()) / ROW) - 1 };
  }

  #keepPlace(rows: number): void {
    const viewport = this.viewportView();
    if (!viewport) return;
    const offset = viewport.measureScrollOffset() + rows * ROW;
    afterNextRender(() => viewport.scrollToOffset(Math.max(0, offset)), { injector: this.#injector });
  }

  #reveal(index: number): void {
    const viewport = this.viewportView();
    if (!viewport) return;
    const top = index * ROW;
    const offset = viewport.measureScrollOffset();
    const height = viewport.getViewportSize();
    if (top < offset) viewport.scrollToOffset(top);
    else if (top + ROW > offset + height) viewport.scrollToOffset(top + ROW - height);
  }
}
