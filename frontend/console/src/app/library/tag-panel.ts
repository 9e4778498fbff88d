import { Component, computed, inject, input } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { ColorField } from '../kit/color-field.js';
import { TAG_COLORS, color } from '../kit/colors.js';
import { TextField } from '../kit/fields.js';
import { itemForm } from '../kit/item-form.js';
import { Panels } from '../kit/panels.js';
import { all, atMost, required } from '../kit/rules.js';
import { SidePanel } from '../kit/side-panel.js';
import { MAX_TAG, type Tag } from './model.js';
import { TagsStore } from './tags.store.js';

type TagDraft = Pick<Tag, 'name' | 'color'>;

/** The panel of a tag: its name and colour. */
@Component({
  selector: 'bsd-tag-panel',
  imports: [ColorField, SidePanel, TextField],
  template: `
    <bsd-side-panel
      data-testid="tag-panel"
      [heading]="t(isNew() ? 'library.tag.new' : 'library.tag.edit')"
      [action]="t(isNew() ? 'library.tag.create' : 'settings.save')"
      [form]="form"
      (go)="submit()"
    >
      @if (form.ready()) {
        <bsd-text-field [field]="form.field('name')" [max]="max" />
        <bsd-color-field [field]="form.field('color')" [swatches]="colors" [swatchesLabel]="t('library.tag.colors')" />
        <p>
          <span class="tag" [style.--tag]="form.field('color').value().toLowerCase()">{{
            form.field('name').value() || t('library.tag.sample')
          }}</span>
        </p>
      }
    </bsd-side-panel>
  `,
})
export class TagPanel {
  readonly #store = inject(TagsStore);
  readonly #panels = inject(Panels);
  protected readonly t = inject(I18n).t;
  /** Id of the tag, or `new`. */
  readonly which = input.required<string>();
  protected readonly max = MAX_TAG;
  protected readonly colors = TAG_COLORS;
  protected readonly isNew = computed(() => this.which() === 'new');
  protected readonly form = itemForm<TagDraft, Tag>({
    name: 'tag',
    fields: [
      { path: 'name', label: 'library.tag.name', rule: () => all(required, atMost(MAX_TAG)) },
      { path: 'color', label: 'library.tag.color', rule: () => color },
    ],
    id: this.which,
    list: this.#store.list,
    blank: () => ({ name: '', color: TAG_COLORS[(this.#store.list.items()?.length ?? 0) % TAG_COLORS.length] ?? '' }),
    draftOf: ({ name, color }) => ({ name, color }),
    create: (tag) => this.#store.create({ ...tag, color: tag.color.toLowerCase() }),
    change: (id, change) => this.#store.change(id, change),
  });

  protected async submit(): Promise<void> {
    if (await this.form.save()) this.#panels.done(this.t('library.tag.saved'));
  }
}
