import {
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Hotkeys } from '../core/hotkeys.js';
import { Problems } from '../core/problems.js';
import { DialogStore } from '../dialogs/dialog.store.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { MAX_TAG, MAX_TAGS_OF_DIALOG, tagKey } from './model.js';
import { TagCatalogue } from './tag-catalogue.js';

/** Suggestions shown at once. */
const SHOWN = 8;

interface Option {
  readonly name: string;
  /** Not in the catalogue yet. */
  readonly fresh: boolean;
}

/** Tags of the open dialog: taken off by their cross, added by typing, from the catalogue or new. */
@Component({
  selector: 'bsd-dialog-tags',
  imports: [Icon],
  template: `
    <div class="dtags__row">
      <button
        type="button"
        class="btn btn--line btn--s"
        data-testid="tag-add"
        aria-keyshortcuts="T"
        [attr.aria-expanded]="open()"
        (mousedown)="$event.preventDefault()"
        (click)="toggle()"
      >
        <bsd-icon name="tag" size="s" />{{ t('tags.add') }}<kbd class="hide-m" aria-hidden="true">T</kbd>
      </button>
      @for (tag of tags(); track tag.raw) {
        <span class="tag tag--edit" data-testid="dialog-tag" [title]="tag.name" [style.--tag]="tag.color"
          ><span class="cut">{{ tag.name }}</span
          ><button
            type="button"
            data-testid="tag-remove"
            [attr.aria-label]="t('tags.remove', { name: tag.name })"
            (click)="remove(tag.raw)"
          >
            <bsd-icon name="x" size="s" /></button
        ></span>
      }
    </div>
    @if (open()) {
      <div class="dtags__pop" (focusout)="left($event)">
        <input
          #box
          class="input"
          role="combobox"
          autocomplete="off"
          aria-autocomplete="list"
          aria-controls="tag-options"
          data-testid="tag-input"
          [attr.aria-expanded]="options().length > 0"
          [attr.aria-activedescendant]="options().length > 0 ? 'tag-option-' + at() : null"
          [attr.aria-label]="t('tags.input')"
          [attr.maxlength]="max"
          [placeholder]="t('tags.input')"
          [value]="query()"
          (input)="type(box.value)"
          (keydown)="key($event)"
        />
        <div role="listbox" id="tag-options" class="dtags__list" [attr.aria-label]="t('tags.options')">
          @for (option of options(); track option.name; let i = $index) {
            <div
              role="option"
              class="picker__o"
              data-testid="tag-option"
              [id]="'tag-option-' + i"
              [attr.aria-selected]="i === at()"
              (mousemove)="active.set(i)"
              (mousedown)="$event.preventDefault()"
              (click)="add(option.name)"
            >
              @if (option.fresh) {
                <bsd-icon name="plus" size="s" /><span class="cut">{{ t('tags.create', { name: option.name }) }}</span>
              } @else {
                <i class="dot6" [style.--tag]="catalogue.color(option.name)"></i
                ><span class="cut">{{ option.name }}</span>
              }
            </div>
          }
        </div>
        @if (full()) {
          <p class="hint" role="status">{{ t('tags.full', { max: most }) }}</p>
        } @else if (options().length === 0) {
          <p class="hint" role="status">{{ t(query() ? 'tags.has' : 'tags.none') }}</p>
        }
      </div>
    }
    @if (problem(); as reason) {
      <p class="err" role="alert" data-testid="tags-error">
        <bsd-icon name="circle-alert" size="s" /><span>{{ t('tags.failed', { reason }) }}</span>
      </p>
    }
  `,
  host: { class: 'dtags' },
})
export class DialogTags {
  readonly #store = inject(DialogStore);
  readonly #problems = inject(Problems);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly catalogue = inject(TagCatalogue);
  protected readonly t = inject(I18n).t;
  private readonly boxView = viewChild<ElementRef<HTMLInputElement>>('box');
  protected readonly max = MAX_TAG;
  protected readonly most = MAX_TAGS_OF_DIALOG;
  protected readonly open = signal(false);
  protected readonly query = signal('');
  protected readonly active = signal(0);
  protected readonly problem = signal<string | null>(null);
  /** Changes go out one after another: each sends the whole set. */
  #last: Promise<void> = Promise.resolve();

  protected readonly tags = computed(() =>
    (this.#store.summary()?.tags ?? []).map((raw) => ({
      raw,
      name: this.catalogue.nameOf(raw),
      color: this.catalogue.color(raw),
    })),
  );
  protected readonly full = computed(() => this.tags().length >= MAX_TAGS_OF_DIALOG);
  protected readonly options = computed((): readonly Option[] => {
    if (this.full()) return [];
    const query = tagKey(this.query());
    const taken = new Set(this.tags().map((tag) => tagKey(tag.name)));
    const free = this.catalogue.items().filter((tag) => !taken.has(tagKey(tag.name)));
    const fits = free
      .filter((tag) => tagKey(tag.name).includes(query))
      .map((tag) => ({ name: tag.name, fresh: false, starts: tagKey(tag.name).startsWith(query) }))
      .sort((a, b) => Number(b.starts) - Number(a.starts) || a.name.localeCompare(b.name))
      .slice(0, SHOWN);
    const known = taken.has(query) || free.some((tag) => tagKey(tag.name) === query);
    const name = this.query().trim().replace(/\s+/g, ' ');
    return known || query === '' ? fits : [...fits, { name, fresh: true }];
  });
  protected readonly at = computed(() => Math.min(this.active(), Math.max(0, this.options().length - 1)));

  constructor() {
    effect(() => {
      this.#store.id();
      untracked(() => {
        this.open.set(false);
        this.problem.set(null);
      });
    });
    const off = inject(Hotkeys).add({
      key: 'KeyT',
      run: (event) => {
        // the card is not on screen: there is nothing to open
        if (this.open() || !this.#host.nativeElement.checkVisibility?.()) return;
        event.preventDefault();
        this.toggle();
      },
    });
    inject(DestroyRef).onDestroy(off);
  }

  protected toggle(): void {
    if (this.open()) return this.#close();
    this.query.set('');
    this.active.set(0);
    this.open.set(true);
    setTimeout(() => this.boxView()?.nativeElement.focus());
  }

  protected type(value: string): void {
    this.query.set(value);
    this.active.set(0);
  }

  protected key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const count = this.options().length;
    if (event.key === 'Escape') this.#close();
    else if (event.key === 'ArrowDown' && count > 0) this.active.set((this.at() + 1) % count);
    else if (event.key === 'ArrowUp' && count > 0) this.active.set((this.at() + count - 1) % count);
    else if (event.key === 'Enter') {
      const option = this.options()[this.at()];
      if (option) this.add(option.name);
    } else return;
    event.preventDefault();
  }

  /** The focus went elsewhere. */
  protected left(event: FocusEvent): void {
    if (!this.#host.nativeElement.contains(event.relatedTarget as Node | null)) this.open.set(false);
  }

  protected add(name: string): void {
    this.query.set('');
    this.active.set(0);
    const box = this.boxView()?.nativeElement;
    if (box) box.value = '';
    this.#change((tags) => (tags.some((tag) => tagKey(tag) === tagKey(name)) ? tags : [...tags, name]));
  }

  protected remove(raw: string): void {
    this.#change((tags) => tags.filter((tag) => tag !== raw));
    this.#host.nativeElement.querySelector<HTMLElement>('[data-testid=tag-add]')?.focus();
  }

  #change(next: (tags: readonly string[]) => readonly string[]): void {
    const id = this.#store.id();
    this.problem.set(null);
    this.#last = this.#last.then(async () => {
      const now = this.#store.summary();
      if (!now || now.id !== id) return;
      try {
        await this.#store.setTags(next(now.tags));
      } catch (error) {
        // ApiError: the tags are as before, the reason stands under them
        if (this.#store.id() === id) this.problem.set(this.#problems.reason(error));
      }
    });
  }

  #close(): void {
    this.open.set(false);
    this.#host.nativeElement.querySelector<HTMLElement>('[data-testid=tag-add]')?.focus();
  }
}
