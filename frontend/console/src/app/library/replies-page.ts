import { CdkDrag, CdkDragHandle, CdkDropList, moveItemInArray, type CdkDragDrop } from '@angular/cdk/drag-drop';
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
import { toApiProblem } from '@beseda/realtime';
import { Hotkeys } from '../core/hotkeys.js';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { SettingsHead } from '../kit/head.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { type SavedReply } from './model.js';
import { PanelGuard } from './panel-guard.js';
import { firstLine, grouped, matching, type ReplyGroup } from './picking.js';
import { RepliesStore, type ImportReport } from './replies.store.js';
import { ReplyImport } from './reply-import.js';
import { ReplyPanel } from './reply-panel.js';

/** Saved replies by folder: all for administrators, one's own for everybody else. */
@Component({
  selector: 'bsd-replies-page',
  imports: [CdkDrag, CdkDragHandle, CdkDropList, Icon, MatMenuModule, ReplyImport, ReplyPanel, SettingsHead],
  templateUrl: './replies-page.html',
  styleUrls: ['../people/people.scss', './library.scss'],
  encapsulation: ViewEncapsulation.None,
  providers: [RepliesStore],
  host: { class: 'frame' },
})
export class RepliesPage {
  readonly #i18n = inject(I18n);
  readonly #sites = inject(Sites);
  readonly #toasts = inject(Toasts);
  readonly #confirm = inject(Confirm);
  readonly #guard = inject(PanelGuard);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly store = inject(RepliesStore);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  protected readonly q = signal('');
  /** Id of the reply in the panel, `new` or `import`. */
  protected readonly panel = signal<string | null>(null);
  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  protected readonly empty: ReadonlySet<string> = new Set();
  protected readonly trouble = signal<string | null>(null);
  protected readonly exporting = signal(false);
  protected readonly skeleton = delayed(() => this.store.loading(), 150);
  protected readonly groups = computed(() => grouped(matching(this.store.items() ?? [], this.q()), this.#i18n.lang()));
  /** The order is one of whole folders: not while a search hides some. */
  protected readonly movable = computed(() => this.store.manages() && this.q().trim() === '');
  /** What is chosen and still there. */
  protected readonly picked = computed(() => (this.store.items() ?? []).filter((one) => this.chosen().has(one.id)));

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('library.replies.title')} · ${this.t('app.name')}`));
    effect(() => {
      const siteId = this.siteId();
      const role = this.#sites.items()?.find((site) => site.id === siteId)?.role;
      untracked(() => void this.store.open(siteId, role === 'admin' || role === 'superadmin'));
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

  protected async show(id: string): Promise<void> {
    if (this.panel() === id || !(await this.#guard.mayLeave())) return;
    this.panel.set(id);
    setTimeout(() => this.#focus('.side input'));
  }

  protected async close(): Promise<void> {
    const id = this.panel();
    if (id === null || !(await this.#guard.mayLeave())) return;
    this.panel.set(null);
    this.#focus(id === 'new' || id === 'import' ? '[data-testid=add-reply]' : `[data-actions-of="${id}"]`);
  }

  protected finished(): void {
    const id = this.panel();
    this.panel.set(null);
    this.#toasts.show({ text: this.t('library.reply.saved') });
    setTimeout(() => this.#focus(`[data-actions-of="${id}"]`));
  }

  protected imported({ added }: ImportReport): void {
    this.panel.set(null);
    this.#toasts.show({ text: this.t('library.import.done', { n: added }) });
    setTimeout(() => this.#focus('[data-testid=add-reply]'));
  }

  protected async remove(replies: readonly SavedReply[]): Promise<void> {
    const [first] = replies;
    if (!first) return;
    const one = replies.length === 1;
    const sure = await this.#confirm.ask({
      title: one
        ? this.t('library.reply.deleteTitle', { name: first.title })
        : this.t('library.reply.deleteMany', { n: replies.length }),
      text: this.t('library.reply.deleteText'),
      action: this.t('library.reply.delete'),
      danger: true,
    });
    if (!sure) return;
    await this.#attempt(first.title, async () => {
      await this.store.remove(replies.map((reply) => reply.id));
      if (replies.some((reply) => reply.id === this.panel())) this.panel.set(null);
      this.chosen.set(new Set());
      this.#toasts.show({ text: this.t('library.reply.deleted', { n: replies.length }) });
      setTimeout(() => this.#focus('[data-testid=add-reply]'));
    });
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
    setTimeout(() => this.#focus(`[data-reply-id="${id}"] .reply__open`));
    await moved;
  }

  protected async export(): Promise<void> {
    if (this.exporting()) return;
    this.exporting.set(true);
    await this.#attempt(this.t('library.export'), async () => {
      const url = URL.createObjectURL(await this.store.export());
      const link = document.createElement('a');
      link.href = url;
      link.download = 'saved-replies.csv';
      link.click();
      URL.revokeObjectURL(url);
    });
    this.exporting.set(false);
  }

  async #move(group: ReplyGroup, from: number, to: number): Promise<void> {
    if (from === to || to < 0 || to >= group.items.length) return;
    const ids = group.items.map((reply) => reply.id);
    moveItemInArray(ids, from, to);
    await this.#attempt(group.items[from]?.title ?? '', () => this.store.order(ids));
  }

  async #attempt(name: string, run: () => Promise<void>): Promise<void> {
    this.trouble.set(null);
    try {
      await run();
    } catch (error) {
      // ApiError or a TypeError of fetch: said above the list
      const reason = this.problems.sentence(toApiProblem(error));
      this.trouble.set(this.t('library.actionFailed', { name, reason }));
    }
  }

  #focus(selector: string): void {
    this.#host.nativeElement.querySelector<HTMLElement>(selector)?.focus();
  }
}
