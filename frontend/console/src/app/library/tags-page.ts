import {
  Component,
  DestroyRef,
  ElementRef,
  ViewEncapsulation,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { Title } from '@angular/platform-browser';
import { RouterLink } from '@angular/router';
import { toApiProblem } from '@beseda/realtime';
import { Hotkeys } from '../core/hotkeys.js';
import { Problems } from '../core/problems.js';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { SettingsHead } from '../kit/head.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { tagKey, type Tag } from './model.js';
import { PanelGuard } from './panel-guard.js';
import { TagMerge } from './tag-merge.js';
import { TagPanel } from './tag-panel.js';
import { TagsStore } from './tags.store.js';

/** The catalogue of tags: names, colours, how often each is used. */
@Component({
  selector: 'bsd-tags-page',
  imports: [Icon, MatMenuModule, RouterLink, SettingsHead, TagMerge, TagPanel],
  templateUrl: './tags-page.html',
  styleUrls: ['../people/people.scss', './library.scss'],
  encapsulation: ViewEncapsulation.None,
  providers: [TagsStore],
  host: { class: 'frame' },
})
export class TagsPage {
  readonly #toasts = inject(Toasts);
  readonly #confirm = inject(Confirm);
  readonly #guard = inject(PanelGuard);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly store = inject(TagsStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  protected readonly q = signal('');
  /** What the panel shows: a tag to edit (or `new`), or a tag to merge. */
  protected readonly panel = signal<{ readonly kind: 'edit' | 'merge'; readonly id: string } | null>(null);
  /** The tag to merge as it was when the panel was opened: it stays on screen until the answer, though it leaves the list. */
  readonly #subject = signal<Tag | undefined>(undefined);
  protected readonly trouble = signal<string | null>(null);
  protected readonly skeleton = delayed(() => this.store.loading(), 150);
  protected readonly rows = computed(() => {
    const q = tagKey(this.q());
    return [...(this.store.items() ?? [])]
      .filter((tag) => tagKey(tag.name).includes(q))
      .sort((a, b) => a.name.localeCompare(b.name));
  });
  protected readonly merging = computed(() => {
    const panel = this.panel();
    return panel?.kind === 'merge' ? (this.store.find(panel.id) ?? this.#subject()) : undefined;
  });

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('library.tags.title')} · ${this.t('app.name')}`));
    effect(() => {
      const siteId = this.siteId();
      untracked(() => void this.store.open(siteId));
    });
    const off = inject(Hotkeys).add({
      key: 'Escape',
      inFields: true,
      run: (event) => {
        if (this.panel() === null) return;
        event.preventDefault();
        void this.close();
      },
    });
    inject(DestroyRef).onDestroy(off);
  }

  protected async show(id: string, kind: 'edit' | 'merge' = 'edit'): Promise<void> {
    const panel = this.panel();
    if ((panel?.id === id && panel.kind === kind) || !(await this.#guard.mayLeave())) return;
    this.#subject.set(this.store.find(id));
    this.panel.set({ kind, id });
    setTimeout(() => this.#focus('.side input[type=text], .side select'));
  }

  protected async close(): Promise<void> {
    const panel = this.panel();
    if (panel === null || !(await this.#guard.mayLeave())) return;
    this.panel.set(null);
    this.#focus(panel.id === 'new' ? '[data-testid=add-tag]' : `[data-actions-of="${panel.id}"]`);
  }

  protected finished(): void {
    this.panel.set(null);
    this.#toasts.show({ text: this.t('library.tag.saved') });
    setTimeout(() => this.#focus('[data-testid=add-tag]'));
  }

  protected merged(into: string): void {
    this.panel.set(null);
    this.#toasts.show({ text: this.t('library.merge.done', { into }) });
    setTimeout(() => this.#focus('[data-testid=add-tag]'));
  }

  protected async remove(tag: Tag): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('library.tag.deleteTitle', { name: tag.name }),
      text: this.t('library.tag.deleteText', { n: tag.usage ?? 0 }),
      action: this.t('library.tag.delete'),
      danger: true,
    });
    if (!sure) return;
    this.trouble.set(null);
    try {
      await this.store.remove(tag.id);
      if (this.panel()?.id === tag.id) this.panel.set(null);
      this.#toasts.show({ text: this.t('library.tag.deleted', { name: tag.name }) });
    } catch (error) {
      // ApiError: said above the list
      const reason = this.problems.sentence(toApiProblem(error));
      this.trouble.set(this.t('library.actionFailed', { name: tag.name, reason }));
    }
  }

  #focus(selector: string): void {
    this.#host.nativeElement.querySelector<HTMLElement>(selector)?.focus();
  }
}
