import {
  Component,
  DestroyRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MAT_TOOLTIP_DEFAULT_OPTIONS } from '@angular/material/tooltip';
import { Title } from '@angular/platform-browser';
import { ActivatedRoute, NavigationEnd, Router } from '@angular/router';
import { filter, map, startWith } from 'rxjs';
import { Hotkeys } from '../core/hotkeys.js';
import { readStored, writeStored } from '../core/storage.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { Names } from '../ui/names.js';
import { Splitter } from '../ui/splitter.js';
import { ContactPanel } from './card/contact-panel.js';
import { Conversation } from './conversation.js';
import { DialogStore } from './dialog.store.js';
import { filterOf, paramsOf, type ListFilter } from './filter.js';
import { Guide } from './guide.js';
import { DialogList } from './list/dialog-list.js';
import { ListStore } from './list.store.js';

const LIST = { min: 280, max: 480, usual: 356 };
const CARD = { min: 280, max: 420, usual: 316 };

/** Only this page has tooltips: their code is loaded with it. */
const TOOLTIPS = {
  provide: MAT_TOOLTIP_DEFAULT_OPTIONS,
  useValue: { showDelay: 500, hideDelay: 0, touchendHideDelay: 500, disableTooltipInteractivity: true },
};

/** Three columns: list, conversation, contact card. On a phone one of them at a time, each with its own URL. */
@Component({
  selector: 'bsd-dialogs-page',
  imports: [ContactPanel, Conversation, DialogList, Guide, Icon, Splitter],
  providers: [ListStore, DialogStore, TOOLTIPS],
  templateUrl: './dialogs-page.html',
  host: { class: 'dialogs-host' },
})
export class DialogsPage {
  readonly #router = inject(Router);
  readonly #route = inject(ActivatedRoute);
  readonly #title = inject(Title);
  readonly #names = inject(Names);
  readonly #injector = inject(Injector);
  /** The composer gets the focus as soon as the dialog is there. */
  readonly #compose = signal(false);
  protected readonly t = inject(I18n).t;
  protected readonly list = inject(ListStore);
  protected readonly dialog = inject(DialogStore);
  readonly siteId = input.required<string>();
  protected readonly sizes = { list: LIST, card: CARD };
  protected readonly listWidth = signal(storedWidth('list', LIST));
  protected readonly cardWidth = signal(storedWidth('card', CARD));
  /** The card as a sheet over the conversation, under 1280 px. */
  protected readonly sheet = signal(false);
  /** The card's column, from 1280 px on. */
  protected readonly column = signal(readStored('beseda:card') !== 'hidden');
  private readonly conversationView = viewChild(Conversation);
  private readonly listView = viewChild(DialogList);

  readonly #queryParams = toSignal(this.#route.queryParamMap, { requireSync: true });
  protected readonly filter = computed(() => filterOf(this.#queryParams()));
  readonly #url = toSignal(
    this.#router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map(() => this.#childId()),
      startWith(this.#childId()),
    ),
    { requireSync: true },
  );
  protected readonly dialogId = this.#url;
  protected readonly showGuide = computed(() => this.list.firstRun() && this.dialogId() === null);

  constructor() {
    effect(() => {
      const [site, wanted] = [this.siteId(), this.filter()];
      untracked(() => this.list.show(site, wanted));
    });
    effect(() => {
      const [site, id] = [this.siteId(), this.dialogId()];
      untracked(() => {
        this.sheet.set(false);
        void this.dialog.open(site, id);
      });
    });
    effect(() => {
      const summary = this.dialog.summary();
      const name = summary ? this.#names.contact(summary.contact) : this.t('list.title');
      this.#title.setTitle(`${name} · ${this.t('app.name')}`);
    });
    effect(() => {
      if (!this.#compose() || !this.dialog.loaded() || this.dialog.id() !== this.dialogId()) return;
      untracked(() => this.#compose.set(false));
      afterNextRender(() => this.conversationView()?.focusComposer(), { injector: this.#injector });
    });
    effect(() => writeStored('beseda:width:list', String(this.listWidth())));
    effect(() => writeStored('beseda:width:card', String(this.cardWidth())));
    this.#keys();
  }

  protected setFilter(next: ListFilter): void {
    void this.#router.navigate([], {
      relativeTo: this.#route.firstChild ?? this.#route,
      queryParams: paramsOf(next),
      queryParamsHandling: 'merge',
    });
  }

  protected open(dialogId: string, compose = false): void {
    this.#compose.set(compose);
    void this.#router.navigate(['/sites', this.siteId(), 'dialogs', dialogId], { queryParamsHandling: 'preserve' });
  }

  protected back(): void {
    void this.#router
      .navigate(['/sites', this.siteId(), 'dialogs'], { queryParamsHandling: 'preserve' })
      .then(() => this.listView()?.focus());
  }

  protected toggleCard(): void {
    if (!matchMedia('(min-width: 1280px)').matches) return this.#showSheet(!this.sheet());
    this.column.update((open) => !open);
    writeStored('beseda:card', this.column() ? null : 'hidden');
  }

  protected closeSheet(): void {
    this.#showSheet(false);
  }

  /** The focus goes into the sheet and back to the button that opened it. */
  #showSheet(open: boolean): void {
    this.sheet.set(open);
    const target = open ? '[data-testid=contact-card]' : '[data-testid=show-card]';
    afterNextRender(() => document.querySelector<HTMLElement>(target)?.focus(), { injector: this.#injector });
  }

  #childId(): string | null {
    return this.#route.snapshot.firstChild?.paramMap.get('dialogId') ?? null;
  }

  #keys(): void {
    const off = inject(Hotkeys).add(
      { key: '/', run: (event) => (event.preventDefault(), this.listView()?.focusSearch()) },
      { key: 'KeyJ', run: () => this.listView()?.step(1) },
      { key: 'KeyK', run: () => this.listView()?.step(-1) },
      { key: 'KeyI', run: () => this.dialogId() && this.toggleCard() },
      { key: 'KeyE', run: () => void this.conversationView()?.toggleClosed() },
      { key: 'KeyA', run: (event) => (event.preventDefault(), this.conversationView()?.openAssign()) },
      { key: 'Escape', inFields: true, run: (event) => this.#escape(event) },
      { key: 'F6', inFields: true, run: (event) => this.#region(event) },
    );
    inject(DestroyRef).onDestroy(off);
  }

  /** One level back: out of the sheet, out of a field, out of the dialog. */
  #escape(event: KeyboardEvent): void {
    if (this.sheet()) return this.#showSheet(false);
    const field = (event.target as HTMLElement).closest<HTMLElement>('input, textarea');
    if (field && this.listView()?.leaveSearch(field)) return;
    if (field) return this.conversationView()?.focusTimeline();
    if (this.dialogId()) this.back();
  }

  /** F6 walks the regions: rail, list, conversation, composer, card. */
  #region(event: KeyboardEvent): void {
    event.preventDefault();
    const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
      (el) => el.offsetParent !== null,
    );
    const now = regions.findIndex((region) => region.contains(document.activeElement));
    const step = event.shiftKey ? -1 : 1;
    regions[(now + step + regions.length) % regions.length]?.focus();
  }
}

function storedWidth(name: string, size: { min: number; max: number; usual: number }): number {
  const stored = Number(readStored(`beseda:width:${name}`));
  return stored >= size.min && stored <= size.max ? stored : size.usual;
}
