import { CdkDrag, CdkDragHandle, CdkDropList, moveItemInArray, type CdkDragDrop } from '@angular/cdk/drag-drop';
import { Component, ViewEncapsulation, computed, inject, signal } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { Tables } from '../core/tables.js';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { type Question } from '../kit/confirm.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { RowActions } from '../kit/row-actions.js';
import { Icon } from '../ui/icon.js';
import { type SavedReply } from './model.js';
import { firstLine, grouped, matching, type ReplyGroup } from './picking.js';
import { RepliesStore } from './replies.store.js';
import { ReplyImport } from './reply-import.js';
import { ReplyPanel } from './reply-panel.js';

/** Saved replies by folder: all for administrators, one's own for everybody else. */
@Component({
  selector: 'bsd-replies-page',
  imports: [CdkDrag, CdkDragHandle, CdkDropList, Icon, ListPage, MatMenuModule, ReplyImport, ReplyPanel, RowActions],
  templateUrl: './replies-page.html',
  styleUrl: './library.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [Panels, RepliesStore],
  host: { class: 'frame' },
})
export class RepliesPage {
  readonly #i18n = inject(I18n);
  readonly #tables = inject(Tables);
  readonly #toasts = inject(Toasts);
  protected readonly panels = inject(Panels);
  protected readonly store = inject(RepliesStore);
  protected readonly t = this.#i18n.t;
  protected readonly q = signal('');
  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  protected readonly empty: ReadonlySet<string> = new Set();
  protected readonly exporting = signal(false);
  protected readonly groups = computed(() =>
    grouped(matching(this.store.list.items() ?? [], this.q()), this.#i18n.lang()),
  );
  /** The order is one of whole folders: not while a search hides some. */
  protected readonly movable = computed(() => this.store.manages() && this.q().trim() === '');
  /** What is chosen and still there. */
  protected readonly picked = computed(() =>
    (this.store.list.items() ?? []).filter((one) => this.chosen().has(one.id)),
  );

  protected line(reply: SavedReply): string {
    return firstLine(reply.text);
  }

  protected audience({ audience }: SavedReply): string {
    if (audience.kind === 'everyone') return this.t('library.audience.everyone');
    if (audience.kind === 'personal') return this.t('library.audience.personal');
    return this.store.teams().find((team) => team.id === audience.teamId)?.name ?? this.t('library.audience.gone');
  }

  protected choose(id: string, on: boolean): void {
    this.chosen.update((all) => {
      const next = new Set(all);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });
  }

  protected async remove(replies: readonly SavedReply[]): Promise<void> {
    const [first] = replies;
    if (!first) return;
    const one = replies.length === 1;
    await this.#act(
      first.title,
      async () => {
        const ids = replies.map((reply) => reply.id);
        await this.store.remove(ids);
        this.panels.gone(...ids);
        this.chosen.set(new Set());
        this.#toasts.show({ text: this.t('library.reply.deleted', { n: replies.length }) });
        setTimeout(() => this.panels.focusRow(''));
      },
      {
        title: one
          ? this.t('library.reply.deleteTitle', { name: first.title })
          : this.t('library.reply.deleteMany', { n: replies.length }),
        text: this.t('library.reply.deleteText'),
        action: this.t('library.reply.delete'),
      },
    );
  }

  protected async dropped(event: CdkDragDrop<unknown>, group: ReplyGroup): Promise<void> {
    await this.#move(group, event.previousIndex, event.currentIndex);
  }

  /** Alt and an arrow move the row that has the focus. */
  protected async key(event: KeyboardEvent, group: ReplyGroup, at: number): Promise<void> {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || !this.movable()) return;
    event.preventDefault();
    await this.shift(group, at, event.key === 'ArrowUp' ? -1 : 1);
  }

  protected async shift(group: ReplyGroup, at: number, by: number): Promise<void> {
    const id = group.items[at]?.id;
    const moved = this.#move(group, at, at + by);
    // the row was taken out of the document and put back: the focus goes with it
    setTimeout(() => this.panels.focus(`[data-reply-id="${id}"] .reply__open`));
    await moved;
  }

  protected async export(): Promise<void> {
    if (this.exporting()) return;
    this.exporting.set(true);
    await this.#act(this.t('library.export'), async () => {
      this.#tables.save(await this.store.export(), 'saved-replies.csv');
    });
    this.exporting.set(false);
  }

  async #move(group: ReplyGroup, from: number, to: number): Promise<void> {
    if (from === to || to < 0 || to >= group.items.length) return;
    const ids = group.items.map((reply) => reply.id);
    moveItemInArray(ids, from, to);
    await this.#act(group.items[from]?.title ?? '', () => this.store.order(ids));
  }

  async #act(name: string, run: () => Promise<void>, question?: Question): Promise<void> {
    const failed = (reason: string): string => this.t('library.actionFailed', { name, reason });
    await this.panels.act({ run, failed, ...(question ? { question } : {}) });
  }
}
