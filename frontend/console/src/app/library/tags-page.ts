import { Component, ViewEncapsulation, computed, inject, input, signal } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { RowActions } from '../kit/row-actions.js';
import { Icon } from '../ui/icon.js';
import { tagKey, type Tag } from './model.js';
import { TagMerge } from './tag-merge.js';
import { TagPanel } from './tag-panel.js';
import { TagsStore } from './tags.store.js';

/** The catalogue of tags: names, colours, how often each is used. */
@Component({
  selector: 'bsd-tags-page',
  imports: [Icon, ListPage, MatMenuModule, RouterLink, RowActions, TagMerge, TagPanel],
  templateUrl: './tags-page.html',
  styleUrl: './library.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [Panels, TagsStore],
  host: { class: 'frame' },
})
export class TagsPage {
  readonly #toasts = inject(Toasts);
  protected readonly panels = inject(Panels);
  protected readonly store = inject(TagsStore);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  protected readonly q = signal('');
  /** The tag to merge as it was when the panel was opened: it stays on screen until the answer, though it leaves the list. */
  readonly #merged = signal<Tag | null>(null);
  protected readonly rows = computed(() => {
    const q = tagKey(this.q());
    return (this.store.list.items() ?? [])
      .filter((tag) => tagKey(tag.name).includes(q))
      .sort((a, b) => a.name.localeCompare(b.name));
  });
  protected readonly merging = computed(() => {
    const tag = this.#merged();
    return tag && this.panels.kind() === 'merge' ? (this.store.list.find(tag.id) ?? tag) : null;
  });

  protected async merge(tag: Tag): Promise<void> {
    this.#merged.set(tag);
    await this.panels.show(tag.id, 'merge');
  }

  protected async remove(tag: Tag): Promise<void> {
    await this.panels.act({
      question: {
        title: this.t('library.tag.deleteTitle', { name: tag.name }),
        text: this.t('library.tag.deleteText', { n: tag.usage ?? 0 }),
        action: this.t('library.tag.delete'),
      },
      run: async () => {
        await this.store.remove(tag.id);
        this.panels.gone(tag.id);
        this.#toasts.show({ text: this.t('library.tag.deleted', { name: tag.name }) });
      },
      failed: (reason) => this.t('library.actionFailed', { name: tag.name, reason }),
    });
  }
}
