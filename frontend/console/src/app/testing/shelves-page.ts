import { Component, Injectable, ViewEncapsulation, computed, inject, input, signal } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { TextField } from '../kit/fields.js';
import { itemForm } from '../kit/item-form.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { all, atMost, required } from '../kit/rules.js';
import { SidePanel } from '../kit/side-panel.js';
import { siteList } from '../kit/site-list.js';

/** What a page lists: the smallest thing the kit can hold. */
export interface Shelf {
  readonly id: string;
  readonly version: number;
  readonly name: string;
}

/** The list and what can be done with it. */
@Injectable()
export class ShelvesStore {
  readonly list = siteList<Shelf>({ path: 'shelves', live: ['shelf'] });

  async save(id: string, body: object): Promise<void> {
    this.list.put(await this.list.send<Shelf>(id ? 'PATCH' : 'POST', id && `/${id}`, body));
  }

  async remove(id: string): Promise<void> {
    await this.list.send('DELETE', `/${id}`);
    this.list.drop(id);
  }
}

/** The panel of a shelf. */
@Component({
  selector: 'bsd-shelf-panel',
  imports: [SidePanel, TextField],
  template: `
    <bsd-side-panel
      data-testid="shelf-panel"
      [heading]="t('library.tag.edit')"
      [action]="t('settings.save')"
      [form]="form"
      (go)="submit()"
    >
      @if (form.ready()) {
        <bsd-text-field [field]="form.field('name')" />
      }
    </bsd-side-panel>
  `,
})
export class ShelfPanel {
  readonly #panels = inject(Panels);
  readonly #store = inject(ShelvesStore);
  protected readonly t = inject(I18n).t;
  readonly which = input.required<string>();
  protected readonly form = itemForm<Pick<Shelf, 'name'>, Shelf>({
    name: 'shelf',
    fields: [{ path: 'name', label: 'library.tag.name', rule: () => all(required, atMost(40)) }],
    id: this.which,
    list: this.#store.list,
    blank: () => ({ name: '' }),
    draftOf: ({ name }) => ({ name }),
    create: (shelf) => this.#store.save('', shelf),
    change: (id, change) => this.#store.save(id, change),
  });

  protected async submit(): Promise<void> {
    if (await this.form.save()) this.#panels.done(this.t('library.tag.saved'));
  }
}

/** The page the recipe of the README makes; the specs of the kit drive it. */
@Component({
  selector: 'bsd-shelves',
  imports: [ListPage, ShelfPanel],
  template: `
    <bsd-list-page
      name="shelves"
      [heading]="t('library.tags.title')"
      [list]="store.list"
      [found]="rows().length"
      [add]="{ label: t('library.tag.add'), testId: 'add-shelf' }"
      [failed]="t('library.tags.failed')"
      [empty]="{ icon: 'tag', title: t('library.tags.empty'), text: t('library.tags.emptyText') }"
      [nothing]="{ title: t('library.nothing', { q: q() }), action: t('library.clear') }"
      [search]="t('library.tags.search')"
      [(query)]="q"
    >
      @for (shelf of rows(); track shelf.id) {
        <p data-testid="shelf-row">
          <button type="button" [attr.data-actions-of]="shelf.id" (click)="panels.show(shelf.id)">
            {{ shelf.name }}
          </button>
          <button type="button" [attr.data-remove]="shelf.id" (click)="remove(shelf)">✕</button>
        </p>
      }
      @if (panels.shown(); as id) {
        <bsd-shelf-panel side [which]="id" />
      }
    </bsd-list-page>
  `,
  encapsulation: ViewEncapsulation.None,
  providers: [Panels, ShelvesStore],
  host: { class: 'frame' },
})
export class ShelvesPage {
  protected readonly panels = inject(Panels);
  protected readonly store = inject(ShelvesStore);
  protected readonly t = inject(I18n).t;
  protected readonly q = signal('');
  protected readonly rows = computed(() =>
    (this.store.list.items() ?? []).filter(({ name }) => name.includes(this.q())),
  );

  protected async remove({ id, name }: Shelf): Promise<void> {
    await this.panels.act({
      question: { title: this.t('library.tag.deleteTitle', { name }), action: this.t('library.tag.delete') },
      run: async () => {
        await this.store.remove(id);
        this.panels.gone(id);
      },
      failed: (reason) => this.t('library.actionFailed', { name, reason }),
    });
  }
}
